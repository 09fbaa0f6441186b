import { expect, test } from 'vitest';
import { latestTrouble } from '../../src/console/latest-trouble.ts';

const refused = new Error('refused');
const untried = { error: null, submittedAt: 0 };

test('the trouble of the act that was tried last is told', () => {
  const wellDone = { error: null, submittedAt: 1 };
  expect(latestTrouble(wellDone, { error: refused, submittedAt: 2 }, untried)).toBe(refused);
  expect(latestTrouble({ error: refused, submittedAt: 2 }, wellDone)).toBe(refused);
});

test('a trouble is forgotten once another act was tried', () => {
  const failed = { error: refused, submittedAt: 1 };
  expect(latestTrouble(failed, { error: null, submittedAt: 2 })).toBeNull();
  expect(latestTrouble({ error: null, submittedAt: 2 }, failed)).toBeNull();
});

test('there is no trouble before anything was tried', () => {
  expect(latestTrouble(untried, untried)).toBeNull();
});
