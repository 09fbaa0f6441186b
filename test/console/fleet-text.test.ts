import { describe, expect, test } from 'vitest';
import { fleetText } from '../../src/console/fleet-text.ts';
import type { Endpoint } from '../../src/endpoints/endpoint.ts';
import { readFleetCsv } from '../../src/endpoints/fleet-csv.ts';
import { writeHours } from '../../src/endpoints/opening-hours.ts';
import { fleetDraft } from './a-fleet-draft.ts';

describe('fleetText', () => {
  test('is read back by the import as what it was, commas, quotes and line breaks included', () => {
    const drafts = [1, 3].map((n) => ({ ...fleetDraft(n), name: `“${n}”, "quoted"`, tags: ['a', 'b'] }));
    const endpoints = drafts.map(
      (draft, at): Endpoint => ({
        ...draft,
        id: at + 1,
        areaId: 1,
        openingHours: writeHours(draft.openingHours),
        quietHours: writeHours(draft.quietHours),
        player: null,
      }),
    );
    const { rows, faults } = readFleetCsv(new TextEncoder().encode(fleetText(endpoints)));
    expect(faults).toEqual([]);
    expect(rows.map(({ draft }) => draft)).toMatchObject(drafts);
  });
});
