import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/base/api-routes.ts';
import { Refusal } from '../../src/base/refusal.ts';
import type { AssetState } from '../../src/catalogue/asset.ts';
import { afterReviewStep, checkExpiryChange, type ReviewStep } from '../../src/review/review.ts';

const STATES: AssetState[] = ['draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'retired'];
const STEPS: ReviewStep[] = ['submit', 'approve', 'reject', 'withdraw', 'retire'];
const ROLES: Role[] = ['viewer', 'editor', 'reviewer', 'operator', 'administrator'];

const asset = (state: AssetState, submittedBy: string | null = 'wang') => ({
  id: 7,
  ...{ state, submittedBy, firstApprovedBy: null },
});

describe('afterReviewStep', () => {
  test.each([
    ['draft', 'submit', 'editor', 'submitted'],
    ['rejected', 'submit', 'editor', 'submitted'],
    ['withdrawn', 'submit', 'reviewer', 'submitted'],
    ['retired', 'submit', 'administrator', 'submitted'],
    ['submitted', 'approve', 'reviewer', 'approved'],
    ['submitted', 'reject', 'administrator', 'rejected'],
    ['approved', 'retire', 'operator', 'retired'],
  ] as const)('leads from %s by %s of a %s to %s', (from, step, role, to) => {
    expect(afterReviewStep(step, asset(from), { id: 'zhao', role })).toBe(to);
  });

  test('lets nobody decide on what he or she submitted, an administrator included', () => {
    for (const step of ['approve', 'reject'] as const) {
      for (const role of ['reviewer', 'administrator'] as const) {
        expect(() => afterReviewStep(step, asset('submitted'), { id: 'wang', role })).toThrow(
          expect.objectContaining({ code: 'review.ownWork' }),
        );
      }
    }
  });

  test('lets the submitter or an administrator withdraw, and nobody else', () => {
    const own = { id: 'wang', role: 'editor' } as const;
    expect(afterReviewStep('withdraw', asset('submitted'), own)).toBe('withdrawn');
    const chief = { id: 'chief', role: 'administrator' } as const;
    expect(afterReviewStep('withdraw', asset('submitted'), chief)).toBe('withdrawn');
    expect(() => afterReviewStep('withdraw', asset('submitted'), { id: 'zhao', role: 'editor' })).toThrow(
      expect.objectContaining({ code: 'review.notAllowed' }),
    );
  });

  test('reaches approved by a second person out of submitted only, whatever the order of steps', () => {
    const move = fc.record({
      step: fc.constantFrom(...STEPS),
      id: fc.constantFrom('wang', 'li', 'zhao'),
      role: fc.constantFrom(...ROLES),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let state: AssetState = 'draft';
        let submittedBy: string | null = null;
        for (const { step, id, role } of moves) {
          const before: AssetState = state;
          try {
            state = afterReviewStep(step, { id: 1, state, submittedBy, firstApprovedBy: null }, { id, role });
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
            continue;
          }
          if (step === 'submit') submittedBy = id;
          if (state === 'approved') {
            expect(before).toBe('submitted');
            expect(submittedBy).not.toBe(id);
            expect(['reviewer', 'administrator']).toContain(role);
          }
        }
      }),
    );
  });

  test('takes two different people to approve where two must', () => {
    const fresh = asset('submitted');
    expect(afterReviewStep('approve', fresh, { id: 'zhao', role: 'reviewer' }, 2)).toBe('submitted');
    const halfway = { ...fresh, firstApprovedBy: 'zhao' };
    expect(() => afterReviewStep('approve', halfway, { id: 'zhao', role: 'reviewer' }, 2)).toThrow(
      expect.objectContaining({ code: 'review.ownWork' }),
    );
    expect(afterReviewStep('approve', halfway, { id: 'qian', role: 'reviewer' }, 2)).toBe('approved');
  });

  test('says a viewer nothing but role.insufficient', () => {
    for (const state of STATES) {
      for (const step of STEPS) {
        expect(() => afterReviewStep(step, asset(state), { id: 'x', role: 'viewer' })).toThrow(
          expect.objectContaining({ code: 'role.insufficient' }),
        );
      }
    }
  });
});

describe('checkExpiryChange', () => {
  const longer = { fromMs: 1_000, toMs: Number.POSITIVE_INFINITY };
  const shorter = { fromMs: 1_000, toMs: 500 };

  test('lets an editor shorten everything, but lengthen only what is not in review or on the air', () => {
    const editor = { id: 'li', role: 'editor' } as const;
    for (const state of STATES) {
      expect(() => checkExpiryChange(asset(state), shorter, editor)).not.toThrow();
      const lengthen = expect(() => checkExpiryChange(asset(state), longer, editor));
      if (state === 'submitted' || state === 'approved')
        lengthen.toThrow(expect.objectContaining({ code: 'role.insufficient' }));
      else lengthen.not.toThrow();
    }
  });

  test('lets another reviewer than the submitter lengthen what is on the air', () => {
    const approved = asset('approved');
    expect(() => checkExpiryChange(approved, longer, { id: 'zhao', role: 'reviewer' })).not.toThrow();
    expect(() => checkExpiryChange(approved, longer, { id: 'wang', role: 'administrator' })).toThrow(
      expect.objectContaining({ code: 'review.ownWork' }),
    );
  });
});
