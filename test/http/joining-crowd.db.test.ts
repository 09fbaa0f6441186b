import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

const BOXES = 130;

let running: TestServer;
beforeAll(async () => {
  running = await testServer();
});
afterAll(() => running.stop());

describe('a crowd of boxes that join in one instant', () => {
  it('waits for the database in a short queue; whoever finds no place is told so at once, and joins later', async () => {
    const world = worldOf(running.database);
    const tokens = await world.enrolments(await world.endpointsAlike(BOXES));
    const enrol = (token: string, n: number) =>
      send(`${running.url}/api/player/v1/enrolments`, {
        method: 'POST',
        body: {
          token,
          hardwareId: `box ${n}`,
          capabilities: { video: true, image: true, audio: true },
        },
      });

    // The database is held up until everybody without a place has heard of it.
    let release = () => {};
    let left = 0;
    const answers = await running.database.sql.begin(async (tx) => {
      await tx`lock table enrolments in access exclusive mode`;
      const refused = new Promise<void>((resolve) => {
        release = resolve;
      });
      const all = tokens.map(async (token, n) => {
        const answer = await enrol(token, n);
        if (answer.status === 429) left += 1;
        if (left === BOXES - 100) release();
        return answer;
      });
      await refused;
      return { all };
    });
    const first = await Promise.all(answers.all);
    const turnedAway = first.flatMap(({ status }, n) => (status === 429 ? [n] : []));
    expect(turnedAway).toHaveLength(BOXES - 100);
    for (const n of turnedAway) expect(first[n]?.headers.get('retry-after')).toBe('5');
    expect(first.filter(({ body }) => body.state === 'paired')).toHaveLength(100);

    const again = await Promise.all(turnedAway.map((n) => enrol(tokens[n] ?? '', n)));
    expect(again.map(({ body }) => body.state)).toEqual(turnedAway.map(() => 'paired'));
    expect(running.troubles).toEqual([]);
  });
});
