import { describe, expect, it } from 'vitest';
import { testPlace } from '../support/database.ts';
import { killStorm } from '../support/kill-storm.ts';

describe('the server, killed', () => {
  it('loses and doubles no play when it and its players die at random moments of ingest', async () => {
    const place = await testPlace();
    try {
      const isServer = place.kind === 'postgres';
      const result = await killStorm({
        place: place.options,
        servers: isServer ? 2 : 1,
        players: 6,
        moments: isServer ? 20 : 12,
        seed: 4,
      });
      expect(result).toMatchObject({ lost: 0, doubled: 0, reportDifferences: 0 });
      expect(result.serverKills).toBeGreaterThanOrEqual(4);
      expect(result.plays).toBeGreaterThan(100);
    } finally {
      await place.remove();
    }
  }, 480_000);
});
