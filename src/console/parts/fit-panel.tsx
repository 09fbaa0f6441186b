import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import type { BookingFit, FitAlternative } from '../../campaigns/booking-fit.ts';
import { answer, api } from '../api.ts';
import { draftOfBooking } from '../calendar.ts';
import { endpointRowsQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';

/** Whether a booking fits, which endpoints cannot play it, who would lose plays, and what would fit instead. */
export function FitPanel({
  fit,
  onTake,
}: {
  fit: BookingFit;
  onTake?: (alternative: FitAlternative) => void;
}) {
  const words = useWords(bookingWords);
  const format = useFormat();
  const n = format.number;
  return (
    <div className="fit">
      <p className="verdict" data-fits={fit.fits}>
        <b>{fit.fits ? words.fits : words.fitsNot}</b>
      </p>
      <p>
        {words.count(n(fit.endpoints.selected))} ·{' '}
        {words.gets(n(fit.granted), n(fit.asked), n(fit.dates.length))}
        {fit.worstGapMs !== null && ` · ${words.gap(format.length(fit.worstGapMs))}`}
      </p>
      {!fit.complete && <p className="quiet">{words.partly}</p>}
      {fit.why.length > 0 && (
        <ul className="bullets">
          {fit.why.map(({ code, sentence }) => (
            <li key={code}>{sentence[format.language]}</li>
          ))}
        </ul>
      )}
      {fit.cannotPlay.length > 0 && (
        <section>
          <h3>{words.cannot}</h3>
          <ul className="bullets">
            {fit.cannotPlay.map(({ code, sentence, endpoints, endpointIds }) => (
              <li key={code}>
                {words.cannotLine(n(endpoints))}
                {sentence[format.language]}
                <NamesOf ids={endpointIds} all={endpoints} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {fit.losses.length > 0 && (
        <section>
          <h3>{words.losses}</h3>
          <ul className="bullets">
            {fit.losses.slice(0, 8).map((loss) => {
              const hours = [...new Set(loss.endpoints.flatMap((one) => one.hours.map(({ hour }) => hour)))];
              return (
                <li key={loss.bookingId ?? 'this'}>
                  <b>{loss.isThis ? words.itself : loss.name}</b>{' '}
                  {words.lossLine(n(loss.plays), n(loss.endpoints.length))}
                  {hours.length > 0 && words.atHours(hoursIn(hours))}
                  <NamesOf ids={loss.endpoints.map((one) => one.endpointId)} all={loss.endpoints.length} />
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {fit.sharesGive > 0 && <p className="quiet">{words.sharesGive(n(fit.sharesGive))}</p>}
      {fit.alternatives.length > 0 && (
        <section>
          <h3>{words.alternatives}</h3>
          <ul className="alternatives">
            {fit.alternatives.map((alternative) => (
              <li key={alternative.kind}>
                <span>{alternative.summary[format.language]}</span>
                {alternative.change.others && alternative.change.others.length > 0
                  ? onTake && <GiveWay alternative={alternative} />
                  : onTake && (
                      <Button size="small" onClick={() => onTake(alternative)}>
                        {words.apply}
                      </Button>
                    )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** So many endpoints are told by name. */
const MOST_NAMED = 200;

/** The endpoints by name, on demand. `all`: how many there are, where not every one is named. */
function NamesOf({ ids, all }: { ids: readonly number[]; all: number }) {
  const words = useWords(bookingWords);
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const shown = ids.slice(0, MOST_NAMED);
  const known = useQuery({ ...endpointRowsQuery(shown), enabled: isOpen, refetchInterval: false });
  const nameOf = new Map(known.data?.map(({ id, code, name }) => [id, `${code} ${name}`]));
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.whichEndpoints}</summary>
      <p className="quiet">
        {format.list(shown.map((id) => nameOf.get(id) ?? `#${id}`))}
        {all > shown.length && ` ${words.andMore(format.number(all - shown.length))}`}
      </p>
    </details>
  );
}

/** Changes the rates of other bookings, which is asked once more: it happens at once. */
function GiveWay({ alternative }: { alternative: FitAlternative }) {
  const words = useWords(bookingWords);
  const format = useFormat();
  const { message } = App.useApp();
  const ask = useAsk();
  const queries = useQueryClient();
  const lower = useMutation({
    mutationFn: async () => {
      for (const { bookingId, rate } of alternative.change.others ?? []) {
        const param = { id: String(bookingId) };
        const now = await answer(api.campaigns.bookings[':id'].$get({ param }));
        const json = { ...draftOfBooking(now), rate, version: now.version, stretchCampaign: false };
        await answer(api.campaigns.bookings[':id'].$put({ param, json }));
      }
    },
    onSuccess: () => void message.success(words.gaveWay),
    onError: (error) => void message.error(error.message),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Button
      size="small"
      loading={lower.isPending}
      onClick={() =>
        ask({
          title: words.giveWaySure(alternative.summary[format.language]),
          okText: words.apply,
          onOk: () => lower.mutateAsync(),
        })
      }
    >
      {words.apply}
    </Button>
  );
}

/** Hours as ranges: 7–9, 18. */
function hoursIn(hours: readonly number[]): string {
  const sorted = [...hours].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const hour of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === hour - 1) last[1] = hour;
    else ranges.push([hour, hour]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
