import { describe, expect, it } from 'vitest';
import { readAudienceCsv } from '../../src/audience/audience-csv.ts';

const PLACES = [
  { id: 1, code: 'DS-001', kind: 'screen' as const, dwellSeconds: 45 },
  { id: 2, code: 'TV-001', kind: 'tv' as const, dwellSeconds: 300 },
];
const HEADER = 'id,weekday,hour,people_per_hour';
const read = (text: string) => readAudienceCsv(new TextEncoder().encode(text), PLACES);

describe('readAudienceCsv', () => {
  it('puts lines into the hours of the week, Monday 0:00 first; hours of which no line speaks have nobody', () => {
    const { drafts, faults } = read(`${HEADER}\nDS-001,1-5,7-8,900\nDS-001,周日,23,40\nDS-001,6,*,5\n`);
    expect(faults).toEqual([]);
    const [draft] = drafts;
    expect(draft).toMatchObject({ endpointId: 1, dwellSeconds: 45, noticeBest: 300, placeClass: null });
    expect(draft?.people).toHaveLength(168);
    expect([7, 8, 9, 4 * 24 + 7, 5 * 24 + 7, 6 * 24 + 23].map((hour) => draft?.people[hour])).toEqual([
      900, 900, 0, 900, 5, 40,
    ]);
  });

  it('takes what is said of the endpoint as a whole from any of its lines', () => {
    const { drafts } = read(
      `${HEADER},dwell_seconds,notice_low,notice_best,notice_high,visits_per_week,source\n` +
        'TV-001,*,*,60,,,,,,\nDS-001,1,1,5,20,0.1,0.2,0.3,2.5,交警大队 2026 年 9 月计数\n',
    );
    expect(drafts).toMatchObject([
      { endpointId: 2, dwellSeconds: 300, noticeLow: 400, visitTenthsPerWeek: 80, source: '' },
      { endpointId: 1, dwellSeconds: 20, noticeLow: 100, noticeBest: 200, noticeHigh: 300 },
    ]);
    expect(drafts[1]).toMatchObject({ visitTenthsPerWeek: 25, source: '交警大队 2026 年 9 月计数' });
  });

  it('tells every line that does not fit, and leaves its endpoint as it was; the others are in', () => {
    const { drafts, faults } = read(
      `${HEADER}\nDS-001,1,7,900\nDS-001,8,7,900\nDS-001,1,24,1\nTV-001,1,7,10\nXX,1,1,1\nTV-001,2,7,10\n`,
    );
    expect(drafts.map(({ endpointId }) => endpointId)).toEqual([2]);
    expect(faults.map(({ line, id }) => [line, id])).toEqual([
      [2, 'DS-001'],
      [3, 'DS-001'],
      [4, 'DS-001'],
      [6, 'XX'],
    ]);
  });

  it.each([
    ['an hour twice', 'DS-001,1,7,900\nDS-001,1-2,7,900', 'stands in the file twice'],
    ['people below nought', 'DS-001,1,7,-1', 'people_per_hour'],
    ['people in parts', 'DS-001,1,7,1.5', 'people_per_hour'],
    ['more people than a city has', 'DS-001,1,7,1000001', 'people_per_hour'],
    ['a weekday of no week', 'DS-001,0,7,1', 'weekday'],
    ['a range backwards', 'DS-001,5-1,7,1', 'weekday'],
  ])('takes nothing from lines with %s', (_, lines, message) => {
    const { drafts, faults } = read(`${HEADER}\n${lines}\n`);
    expect(drafts).toEqual([]);
    expect(faults[0]?.message.en).toContain(message);
  });

  it('refuses notice factors that are not in order', () => {
    const { faults } = read(
      `${HEADER},notice_low,notice_best,notice_high\nDS-001,1,7,1,0.5,0.4,0.6\nTV-001,1,7,1,1.2,,\n`,
    );
    expect(faults.map(({ message }) => message.en)).toEqual([
      expect.stringContaining('in this order'),
      expect.stringContaining('notice_low'),
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a header alone', HEADER],
    ['a table without hours', 'id,people_per_hour\nDS-001,5'],
  ])('cannot read %s', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'audience.unreadable' }));
  });
});
