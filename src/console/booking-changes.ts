import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BookingDraft } from '../campaigns/booking.ts';
import type { Booking } from '../campaigns/campaign.ts';
import { answer, api, Trouble } from './api.ts';
import { afterRedo, afterSave, afterUndo, NO_HISTORY, type SavedStep, without } from './booking-history.ts';
import { draftOfBooking } from './calendar.ts';

/** A change that is looked at before it is saved. */
export interface PendingChange {
  /** The booking as it stood when the change began; its version goes out with a change of one's own. */
  readonly booking: Booking;
  readonly draft: BookingDraft;
  /** The saved step that is undone or done again. */
  readonly step?: { readonly act: 'undo' | 'redo'; readonly of: SavedStep } | undefined;
}

/** What the change was made from. */
export function baseOf({ booking, step }: PendingChange): BookingDraft {
  if (!step) return draftOfBooking(booking);
  return step.act === 'undo' ? step.of.after : step.of.before;
}

/**
 * Changes to stored bookings with undo and redo. Each goes out with the version that the person saw: of an undo,
 * the one that their own change left. A newer one is somebody else's, and refused.
 */
export function useBookingChanges() {
  const queries = useQueryClient();
  const [history, setHistory] = useState(NO_HISTORY);
  const put = useMutation({
    mutationFn: ({ booking, draft, step }: PendingChange) => {
      const version = step ? (step.act === 'undo' ? step.of.to : step.of.from) : booking.version;
      return answer(
        api.campaigns.bookings[':id'].$put({
          param: { id: String(booking.id) },
          json: { ...draft, version, stretchCampaign: true },
        }),
      );
    },
    onSuccess: (saved, { booking, step }) => {
      setHistory((now) => {
        if (step) return step.act === 'undo' ? afterUndo(now, saved.version) : afterRedo(now, saved.version);
        const [before, after] = [draftOfBooking(booking), draftOfBooking(saved)];
        return afterSave(now, { id: saved.id, before, after, from: booking.version, to: saved.version });
      });
    },
    onError: (error, { step }) => {
      // A booking that was taken off the air cannot be changed back.
      if (step && error instanceof Trouble && error.code === 'booking.unknown')
        setHistory((now) => without(now, step.of));
    },
    onSettled: () => {
      for (const key of ['bookings', 'airtime', 'campaigns', 'fit', 'programme']) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  const [last, next] = [history.past.at(-1), history.future.at(-1)];
  return {
    error: put.error,
    isSaving: put.isPending,
    forgetError: put.reset,
    save: put.mutateAsync,
    /** The step that can be undone, and the one that can be done again. */
    undoable: last && { act: 'undo' as const, of: last },
    redoable: next && { act: 'redo' as const, of: next },
    /** Forgets a step, where somebody else's change has taken its place. */
    forget: (step: SavedStep) => setHistory((now) => without(now, step)),
  };
}
