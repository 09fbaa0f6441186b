import { describe, expect, test } from 'vitest';
import { CAPABILITIES } from '../../src/console/may.ts';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';

describe('CAPABILITIES', () => {
  test.each(Object.entries(CAPABILITIES))(
    'the console shows %s to exactly the roles that the server lets in',
    (_, { rule, roles }) => {
      const who = ACCESS_RULES[rule]?.who;
      expect(who, rule).toBeDefined();
      expect([...roles].sort()).toEqual([...(who ?? [])].sort());
    },
  );
});
