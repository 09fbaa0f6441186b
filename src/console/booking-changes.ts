import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BookingDraft } from '../campaigns/booking.ts';
import type { Booking } from '../campaigns/campaign.ts';
import { answer, api } from './api.ts';
import { draftOfBooking } from './calendar.ts';

/** A change that was saved: by its undoing the booking becomes what it was. */
interface SavedChange {
  readonly id: number;
  readonly before: BookingDraft;
  readonly after: BookingDraft;
}

/** Changes to stored bookings with undo and redo. Each goes out with the version that this console has read. */
export function useBookingChanges(bookings: readonly Booking[]) {
  const queries = useQueryClient();
  const [past, setPast] = useState<readonly SavedChange[]>([]);
  const [future, setFuture] = useState<readonly SavedChange[]>([]);
  const put = useMutation({
    mutationFn: async ({ id, to }: { id: number; to: BookingDraft }) => {
      const now = bookings.find((one) => one.id === id);
      if (!now) throw new Error(`booking ${id} is gone`);
      const saved = await answer(
        api.campaigns.bookings[':id'].$put({
          param: { id: String(id) },
          json: { ...to, version: now.version, stretchCampaign: true },
        }),
      );
      return { before: draftOfBooking(now), saved };
    },
    onSuccess: ({ saved }) => {
      queries.setQueryData<Booking[]>(['bookings'], (all) =>
        all?.map((one) => (one.id === saved.id ? saved : one)),
      );
    },
    onSettled: () => {
      for (const key of ['bookings', 'airtime', 'campaigns', 'fit', 'programme']) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  return {
    error: put.error,
    isSaving: put.isPending,
    forgetError: put.reset,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    async save(id: number, to: BookingDraft): Promise<void> {
      const { before, saved } = await put.mutateAsync({ id, to });
      setPast((all) => [...all, { id, before, after: draftOfBooking(saved) }]);
      setFuture([]);
    },
    async undo(): Promise<void> {
      const last = past.at(-1);
      if (!last) return;
      await put.mutateAsync({ id: last.id, to: last.before });
      setPast((all) => all.slice(0, -1));
      setFuture((all) => [...all, last]);
    },
    async redo(): Promise<void> {
      const next = future.at(-1);
      if (!next) return;
      await put.mutateAsync({ id: next.id, to: next.after });
      setFuture((all) => all.slice(0, -1));
      setPast((all) => [...all, next]);
    },
  };
}
