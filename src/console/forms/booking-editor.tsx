import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import type { Booking } from '../../campaigns/campaign.ts';
import { answer, api, Trouble } from '../api.ts';
import {
  type BookingForm,
  bodyOf,
  emptyForm,
  formOf,
  formOfDraft,
  TO_BE_MADE,
} from '../booking-form-state.ts';
import { type Dates, draftOfBooking } from '../calendar.ts';
import { browserZone, datePlus, localDateAt } from '../day.ts';
import { madeOnce } from '../made-once.ts';
import { BookingConflict } from '../parts/booking-conflict.tsx';
import { FormFit } from '../parts/form-fit.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { campaignPagesQuery, playlistQuery } from '../queries.ts';
import { useKeptToOwn } from '../use-kept-to-own.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';
import { CampaignChoice } from './campaign-choice.tsx';
import { PlaylistChoice } from './playlist-choice.tsx';
import { RateFields } from './rate-fields.tsx';
import { SelectionFields } from './selection-fields.tsx';
import { TimeFields } from './time-fields.tsx';

/** Writes a booking, new or stored; before it is saved, says what it gets and who would lose by it. */
export function BookingEditor({ stored }: { stored: Booking | null }) {
  const words = useWords(bookingWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  // What the change is made from; somebody else's newer version is met as a conflict, not written over.
  const [base, setBase] = useState(stored);
  const [form, setForm] = useState<BookingForm>(() => {
    const today = localDateAt(Date.now(), browserZone());
    return stored ? formOf(stored) : emptyForm(today, datePlus(today, 30));
  });
  // A booking that is refused and sent again is no reason for another campaign.
  const [campaignOf] = useState(() =>
    madeOnce((json: Dates & { name: string }) => answer(api.campaigns.campaigns.$post({ json }))),
  );
  const newest = useInfiniteQuery(campaignPagesQuery(undefined)).data?.pages[0]?.[0];
  const kept = useKeptToOwn();
  const own = { ...form, endpoints: kept(form.endpoints) };
  const edit = (change: Partial<BookingForm>) => setForm((now) => ({ ...now, ...change }));
  const playlist = useQuery({
    ...playlistQuery(form.playlistId ?? 0),
    enabled: form.playlistId !== null,
  }).data;

  const named = { ...own, name: form.name.trim() || (playlist?.name ?? '') };

  const save = useMutation({
    mutationFn: async () => {
      if (form.playlistId === null) throw new Error(words.choosePlaylist);
      const { name, fromDate, toDate } = named;
      const campaign = { name: form.campaignName.trim() || name, fromDate, toDate };
      const campaignId = form.campaignId ?? (await campaignOf(campaign)).id;
      const json = bodyOf(named, campaignId, form.playlistId);
      if (base === null) return answer(api.campaigns.bookings.$post({ json }));
      const change = { ...json, version: base.version, stretchCampaign: true };
      return answer(api.campaigns.bookings[':id'].$put({ param: { id: String(base.id) }, json: change }));
    },
    onSuccess: () => {
      void message.success(words.saved);
      void queries.invalidateQueries();
      void navigate({ to: '/bookings' });
    },
  });
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  const isConflict = base !== null && save.error instanceof Trouble && save.error.code === 'booking.changed';
  function goOn(theirs: Booking, next: BookingForm): void {
    save.reset();
    setBase(theirs);
    setForm(next);
  }

  return (
    <div className="two">
      <form className="stack" onSubmit={onSubmit}>
        <section className="panel">
          <h2>{words.what}</h2>
          <PlaylistChoice
            label={words.playlist}
            none={words.choosePlaylist}
            value={form.playlistId}
            onChoose={(playlistId) => edit({ playlistId })}
          />
          <div className="side-by-side">
            <label className="field">
              <span>{words.name}</span>
              <input
                value={form.name}
                maxLength={200}
                placeholder={playlist?.name ?? ''}
                onChange={({ target }) => edit({ name: target.value })}
              />
            </label>
            <CampaignChoice
              label={words.campaign}
              none={words.newCampaign}
              value={form.campaignId}
              onChoose={(campaign) => edit({ campaignId: campaign?.id ?? null })}
            />
            {form.campaignId === null && (
              <label className="field">
                <span>{words.campaignName}</span>
                <input
                  value={form.campaignName}
                  maxLength={200}
                  placeholder={form.name || (playlist?.name ?? '')}
                  onChange={({ target }) => edit({ campaignName: target.value })}
                />
              </label>
            )}
          </div>
        </section>
        <section className="panel">
          <h2>{words.where}</h2>
          <SelectionFields value={form.endpoints} onChange={(endpoints) => edit({ endpoints })} />
        </section>
        <section className="panel">
          <h2>{words.when}</h2>
          <TimeFields value={form} onChange={edit} />
          <RateFields
            rate={form.rate}
            tier={form.tier}
            onRate={(rate) => edit({ rate })}
            onTier={(tier) => edit({ tier })}
          />
        </section>
        {isConflict ? (
          <BookingConflict
            bookingId={base.id}
            mine={{
              before: draftOfBooking(base),
              after: bodyOf(named, form.campaignId ?? TO_BE_MADE, form.playlistId ?? base.playlistId),
            }}
            onTheirs={(theirs) => goOn(theirs, formOf(theirs))}
            onDraft={(theirs, draft) => goOn(theirs, formOfDraft(draft, form.campaignName))}
          />
        ) : (
          save.error && <TroubleNote error={save.error} />
        )}
        <div className="acts">
          <Button type="primary" size="large" htmlType="submit" loading={save.isPending}>
            {words.save}
          </Button>
        </div>
      </form>
      <FormFit form={own} stored={base} anyCampaign={newest?.id ?? null} onChange={setForm} />
    </div>
  );
}
