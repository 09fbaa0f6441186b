import { describe, expect, test } from 'vitest';
import { ATTEMPT_WORDS, attemptIn } from '../../src/dispatch/attempt-words.ts';

describe('attemptIn', () => {
  test.each(Object.values(ATTEMPT_WORDS))('gives “$en” in both languages', ({ en, zh }) => {
    expect(attemptIn(en, 'zh')).toBe(zh);
    expect(attemptIn(en, 'en')).toBe(en);
  });

  test('keeps the status before the words, and codes as they are', () => {
    expect(attemptIn(`HTTP 302: ${ATTEMPT_WORDS.noRedirects.en}`, 'zh')).toBe(
      `HTTP 302: ${ATTEMPT_WORDS.noRedirects.zh}`,
    );
    for (const code of ['HTTP 500', 'ECONNREFUSED', '']) expect(attemptIn(code, 'zh')).toBe(code);
  });
});
