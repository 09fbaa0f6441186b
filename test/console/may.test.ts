import { describe, expect, test } from 'vitest';
import { CAPABILITIES, OF_THE_WHOLE_FLEET } from '../../src/console/may.ts';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import { REMIT_RULES } from '../../src/http/remit-rules.ts';

describe('CAPABILITIES', () => {
  test.each(Object.entries(CAPABILITIES))(
    'the console shows %s to exactly the roles that the server lets in',
    (_, { rule, roles }) => {
      const who = ACCESS_RULES[rule]?.who;
      expect(who, rule).toBeDefined();
      expect([...roles].sort()).toEqual([...(who ?? [])].sort());
    },
  );

  test('are kept from accounts of a part of the fleet exactly where the server refuses them', () => {
    const opened = Object.values(REMIT_RULES).flat();
    const closed = Object.entries(CAPABILITIES).filter(([, { rule }]) => !opened.includes(rule));
    expect(closed.map(([name]) => name).sort()).toEqual([...OF_THE_WHOLE_FLEET].sort());
  });
});
