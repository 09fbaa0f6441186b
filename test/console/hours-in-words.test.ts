import { describe, expect, test } from 'vitest';
import { hoursInWords } from '../../src/console/parts/hours-in-words.ts';
import { endpointWords } from '../../src/console/words/endpoint-words.ts';

const zh = (text: string) => hoursInWords(text, endpointWords.zh.hourWords, 'zh');
const en = (text: string) => hoursInWords(text, endpointWords.en.hourWords, 'en');

describe('hoursInWords', () => {
  test.each([
    ['24/7', '每天 全天', 'Every day all day'],
    [
      'Mo-Fr 07:00-12:00,14:00-22:00;Sa 08:00-26:00',
      '周一至周五 07:00–12:00、14:00–22:00；周六 08:00–次日 02:00',
      'Monday to Friday 07:00–12:00, 14:00–22:00; Saturday 08:00–02:00 the next day',
    ],
    ['Mo,We 09:00-10:00', '周一、周三 09:00–10:00', 'Monday, Wednesday 09:00–10:00'],
    ['', '', ''],
    ['whenever', 'whenever', 'whenever'],
  ])('says %j as people do in both languages', (text, chinese, english) => {
    expect([zh(text), en(text)]).toEqual([chinese, english]);
  });
});
