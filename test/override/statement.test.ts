import { describe, expect, test } from 'vitest';
import { overrideSchema } from '../../src/contract/override.ts';
import { apportion, statementsOf } from '../../src/override/statement.ts';

const text = { title: '火情', body: '请撤离', lang: 'zh-CN' };
const film = { sha256: 'a'.repeat(64), mediaClass: 'video', durationMs: 10_000, hasSound: false } as const;

describe('statementsOf', () => {
  test('names each endpoint in exactly one lawful statement, and stays near a kilobyte for any number of them', () => {
    const endpoints = Array.from({ length: 10_000 }, (_, at) => at + 1);
    const statements = statementsOf({
      id: 7,
      serial: 1,
      state: 'live',
      severity: 'extreme',
      drill: false,
      from: 0,
      until: 60_000,
      parts: [{ show: { kind: 'text', ...text }, endpoints }],
    });
    expect(statements.flatMap((statement) => statement.endpoints)).toEqual(endpoints);
    for (const statement of statements) {
      expect(overrideSchema.safeParse(statement).success).toBe(true);
      expect(JSON.stringify(statement).length).toBeLessThan(1_000);
    }
  });

  test('of a restore are about the emergencies that only players may know, and not about its own entry', () => {
    const statements = statementsOf({
      ...{
        id: 10_007,
        serial: 1_000_000,
        state: 'withdrawn',
        severity: 'minor',
        drill: false,
        from: 0,
        until: 1,
      },
      parts: [{ show: { kind: 'text', ...text }, endpoints: [1, 2], overrideIds: [7, 8] }],
    });
    expect(statements).toMatchObject([
      { overrideId: 7, serial: 1_000_000, action: 'withdraw', endpoints: [1, 2] },
      { overrideId: 8, serial: 1_000_000, action: 'withdraw', endpoints: [1, 2] },
    ]);
  });
});

describe('apportion', () => {
  test('says of every endpoint either what it shows or why it can show nothing', () => {
    const places = [
      { id: 1, kind: 'screen', speaks: false },
      { id: 2, kind: 'loudspeaker', speaks: false },
    ] as const;
    expect(apportion({ assetId: 5 }, places, [film])).toEqual({
      parts: [{ show: { kind: 'media', assetId: 5, media: [film.sha256] }, endpoints: [1] }],
      unreached: [{ endpointId: 2, reason: 'noSound' }],
    });
    const sound = { ...film, mediaClass: 'audio', hasSound: true } as const;
    expect(apportion({ assetId: 5 }, places, [sound]).unreached).toEqual([
      { endpointId: 1, reason: 'noPicture' },
    ]);
  });
  test('has a typed text said by loudspeakers that can speak, and by no other', () => {
    const places = [
      { id: 1, kind: 'loudspeaker', speaks: true },
      { id: 2, kind: 'loudspeaker', speaks: false },
    ] as const;
    expect(apportion({ text }, places, [])).toEqual({
      parts: [{ show: { kind: 'text', ...text }, endpoints: [1] }],
      unreached: [{ endpointId: 2, reason: 'noSound' }],
    });
  });
});
