import { describe, expect, test } from 'vitest';
import { holidayCalendar, usualHolidays } from '../../src/campaigns/holiday.ts';

const named = (year: number, nameZh: string) =>
  usualHolidays(year)
    .filter((day) => day.nameZh === nameZh)
    .map((day) => day.date);

describe('usualHolidays', () => {
  test('puts the Spring Festival of 2027 on 6 February and its eve on the 5th, not where ICU puts it', () => {
    expect(named(2027, '除夕')).toEqual(['2027-02-05']);
    expect(named(2027, '春节')).toEqual(['2027-02-06', '2027-02-07', '2027-02-08']);
  });

  test('finds the lunar and solar-term festivals of years far apart', () => {
    expect(named(2028, '端午节')).toEqual(['2028-05-28']);
    expect(named(2030, '中秋节')).toEqual(['2030-09-12']);
    expect(named(2027, '清明节')).toEqual(['2027-04-05']);
  });

  test('gives the thirteen statutory days where no notice is known', () => {
    expect(usualHolidays(2027)).toHaveLength(13);
    expect(usualHolidays(2028).every((day) => day.kind === 'holiday')).toBe(true);
  });

  test('holds the moved workdays of a year whose notice is known', () => {
    const moved = usualHolidays(2026).filter((day) => day.kind === 'workday');
    expect(moved.map((day) => day.date)).toEqual([
      '2026-01-04',
      '2026-02-14',
      '2026-02-28',
      '2026-05-09',
      '2026-09-20',
      '2026-10-10',
    ]);
  });
});

describe('holidayCalendar', () => {
  const calendar = holidayCalendar([
    { date: '2027-02-06', kind: 'holiday', nameZh: '春节', nameEn: 'Spring Festival' },
    { date: '2027-02-14', kind: 'workday', nameZh: '调休', nameEn: 'moved' },
  ]);

  test('counts a moved Sunday as a workday and a holiday as none', () => {
    expect(calendar.isOf('2027-02-14', 'workdays')).toBe(true);
    expect(calendar.isOf('2027-02-06', 'workdays')).toBe(false);
    expect(calendar.isOf('2027-02-06', 'holidays')).toBe(true);
  });

  test('takes every day that is no holiday for one that is not, weekends and moved workdays too', () => {
    const dates = ['2027-02-05', '2027-02-06', '2027-02-14', '2027-02-20'];
    expect(dates.filter((date) => calendar.isOf(date, 'notHolidays'))).toEqual([
      '2027-02-05',
      '2027-02-14',
      '2027-02-20',
    ]);
  });

  test('counts an ordinary weekend as neither', () => {
    expect(calendar.isOf('2027-02-20', 'workdays')).toBe(false);
    expect(calendar.isOf('2027-02-20', 'holidays')).toBe(false);
  });

  test('falls back on the usual days in a year without any entry', () => {
    expect(calendar.isOf('2028-10-01', 'holidays')).toBe(true);
    expect(calendar.isOf('2027-10-01', 'holidays')).toBe(false);
  });
});
