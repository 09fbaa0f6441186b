import { describe, expect, test } from 'vitest';
import { readAudienceCsv } from '../../src/audience/audience-csv.ts';
import { audienceText } from '../../src/console/audience-text.ts';

describe('audienceText', () => {
  test('a week entered by hand is read by the import as it was entered, whatever the code of the endpoint', () => {
    const people = Array.from({ length: 168 }, (_, at) => at * 7);
    const code = '东门, "A"';
    const text = audienceText(code, {
      people,
      dwellSeconds: 45,
      notice: { low: 0.1, best: 0.25, high: 0.4 },
      visitsPerWeek: 4.5,
    });
    const read = readAudienceCsv(new TextEncoder().encode(text), [
      { id: 3, code, kind: 'screen', dwellSeconds: 20 },
    ]);
    expect(read.faults).toEqual([]);
    expect(read.drafts).toEqual([
      {
        ...{ endpointId: 3, people, dwellSeconds: 45, placeClass: null, source: '' },
        ...{ noticeLow: 100, noticeBest: 250, noticeHigh: 400, visitTenthsPerWeek: 45 },
      },
    ]);
  });
});
