import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { answer, api } from '../api.ts';
import { type BookingForm, bodyOf, emptyForm, previewOf, withAlternative } from '../booking-form-state.ts';
import { browserZone, datePlus, localDateAt } from '../day.ts';
import { RateFields } from '../forms/rate-fields.tsx';
import { SelectionFields } from '../forms/selection-fields.tsx';
import { TimeFields } from '../forms/time-fields.tsx';
import { FitPanel } from '../parts/fit-panel.tsx';
import { ShownHours } from '../parts/shown-hours.tsx';
import { Found, TroubleNote } from '../parts/waiting.tsx';
import { campaignsQuery, endpointsQuery, playlistsQuery } from '../queries.ts';
import { useKeptToOwn } from '../use-kept-to-own.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';

/** A preview compiles programmes: it is asked once the person pauses. */
const PAUSE_MS = 400;

/** Writes a booking; before it is saved, says what it gets and who would lose by it. */
export function BookingPage() {
  const words = useWords(bookingWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<BookingForm>(() => {
    const today = localDateAt(Date.now(), browserZone());
    return emptyForm(today, datePlus(today, 30));
  });
  const campaigns = useQuery(campaignsQuery);
  const playlists = useQuery(playlistsQuery);
  const kept = useKeptToOwn();
  const own = { ...form, endpoints: kept(form.endpoints) };
  const edit = (change: Partial<BookingForm>) => setForm((now) => ({ ...now, ...change }));
  const playlist = playlists.data?.find(({ id }) => id === form.playlistId);

  const save = useMutation({
    mutationFn: async () => {
      if (form.playlistId === null) throw new Error(words.choosePlaylist);
      const name = form.name.trim() || (playlist?.name ?? '');
      const { fromDate, toDate } = form;
      const campaignId =
        form.campaignId ??
        (
          await answer(
            api.campaigns.campaigns.$post({
              json: { name: form.campaignName.trim() || name, fromDate, toDate },
            }),
          )
        ).id;
      return answer(
        api.campaigns.bookings.$post({ json: bodyOf({ ...own, name }, campaignId, form.playlistId) }),
      );
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

  return (
    <section className="page">
      <p>
        <Link to="/bookings">{words.back}</Link>
      </p>
      <h1>{words.newTitle}</h1>
      <div className="two">
        <form className="stack" onSubmit={onSubmit}>
          <section className="panel">
            <h2>{words.what}</h2>
            <label className="field">
              <span>{words.playlist}</span>
              <select
                required
                value={form.playlistId ?? ''}
                onChange={({ target }) => edit({ playlistId: Number(target.value) || null })}
              >
                <option value="">{words.choosePlaylist}</option>
                {(playlists.data ?? []).map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
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
              <label className="field">
                <span>{words.campaign}</span>
                <select
                  value={form.campaignId ?? ''}
                  onChange={({ target }) => edit({ campaignId: Number(target.value) || null })}
                >
                  <option value="">{words.newCampaign}</option>
                  {(campaigns.data ?? []).map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
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
          {save.error && <TroubleNote error={save.error} />}
          <div className="acts">
            <Button type="primary" size="large" htmlType="submit" loading={save.isPending}>
              {words.save}
            </Button>
          </div>
        </form>
        <Fit form={own} anyCampaign={campaigns.data?.[0]?.id ?? null} onChange={setForm} />
      </div>
    </section>
  );
}

function Fit({
  form,
  anyCampaign,
  onChange,
}: {
  form: BookingForm;
  anyCampaign: number | null;
  onChange: (form: BookingForm) => void;
}) {
  const words = useWords(bookingWords);
  const endpoints = useQuery(endpointsQuery);
  const [settled, setSettled] = useState(form);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(form), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [form]);
  const asked = previewOf(settled, anyCampaign);
  const first = endpoints.data?.find(
    ({ id, kind, areaId }) =>
      (settled.endpoints.endpointIds?.includes(id) ?? true) &&
      (settled.endpoints.kinds?.includes(kind) ?? true) &&
      (settled.endpoints.areaIds?.includes(areaId) ?? true),
  );
  const preview = useQuery({
    queryKey: ['fit', asked, first?.id],
    queryFn: () =>
      answer(
        api.fits.bookings.preview.$post({
          json: {
            ...(asked ?? bodyOf(settled, 0, 0)),
            // A campaign that is still to be made will have the dates of the booking.
            stretchCampaign: settled.campaignId === null,
            ...(first && { show: { endpointId: first.id, hour: hourToShow(settled) } }),
          },
        }),
      ),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="panel sticky" aria-live="polite">
      <h2>{words.fit}</h2>
      {asked === null ? (
        <p className="quiet">{words.fitWaits}</p>
      ) : (
        <Found query={preview} lines={6}>
          {({ fit, shown }) => (
            <>
              <FitPanel fit={fit} onTake={(alternative) => onChange(withAlternative(form, alternative))} />
              {shown && first && <ShownHours hours={shown.hours} endpoint={first} />}
            </>
          )}
        </Found>
      )}
    </section>
  );
}

/** An hour in which the booking is meant to play: the first of its hours, else noon. */
function hourToShow(form: BookingForm): number {
  const [first] = form.dayparts;
  return first ? Number(first.from.slice(0, 2)) : 12;
}
