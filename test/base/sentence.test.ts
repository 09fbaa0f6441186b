import { describe, expect, test } from 'vitest';
import { joined, languageOf, languageOfTerminal } from '../../src/base/sentence.ts';

describe('languageOf', () => {
  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['ZH', 'zh'],
    ['zh_CN.UTF-8', 'zh'],
    ['en-GB', 'en'],
    ['*', 'en'],
    [undefined, 'en'],
  ])('takes %s as %s', (wish, language) => {
    expect(languageOf(wish)).toBe(language);
  });
});

describe('languageOfTerminal', () => {
  test('believes the variables in the order of POSIX, empty ones aside', () => {
    expect(languageOfTerminal({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toBe('en');
    expect(languageOfTerminal({ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'C' })).toBe('zh');
    expect(languageOfTerminal({})).toBe('en');
  });
});

describe('joined', () => {
  test('divides sentences in each language as it does', () => {
    const [a, b] = [
      { en: 'a', zh: '甲' },
      { en: 'b', zh: '乙' },
    ];
    expect(joined([a, b])).toEqual({ en: 'a; b', zh: '甲；乙' });
  });
});
