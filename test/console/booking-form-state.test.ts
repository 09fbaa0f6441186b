import { describe, expect, test } from 'vitest';
import { mergedChange } from '../../src/console/booking-difference.ts';
import { bodyOf, emptyForm, formOfDraft, TO_BE_MADE } from '../../src/console/booking-form-state.ts';

describe('formOfDraft', () => {
  test('keeps a campaign that is still to be made, with its name, through a conflict', () => {
    const form = { ...emptyForm('2027-01-01', '2027-01-31'), name: 'Winter' };
    const [before, after] = [bodyOf(form, 7, 3), bodyOf(form, TO_BE_MADE, 3)];
    const theirs = { ...before, tier: 4 };
    for (const draft of [after, mergedChange({ before, after }, theirs) ?? theirs])
      expect(formOfDraft(draft, 'Snow')).toMatchObject({ campaignId: null, campaignName: 'Snow' });
    expect(formOfDraft(theirs, 'Snow').campaignId).toBe(7);
  });
});
