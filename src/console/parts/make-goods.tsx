import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import type { BookingDraft } from '../../campaigns/booking.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { useMay } from '../session.tsx';
import { bookingWords } from '../words/booking-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { shortfallWords } from '../words/shortfall-words.ts';
import { useWords } from '../words/use-words.ts';
import { Dialog } from './dialog.tsx';
import { FitPanel } from './fit-panel.tsx';
import { useRateWords } from './rate-words.ts';
import { Found, TroubleNote } from './waiting.tsx';

const FIRST_PROPOSALS = 20;

/** What one booking owes, and what would be booked for it. */
interface Proposal {
  readonly bookingId: number;
  readonly booking: string;
  readonly owed: number;
  readonly bookings: readonly BookingDraft[];
}

/** Bookings that owe plays, each made good by one confirmed act that can be undone. */
export function MakeGoods({
  proposals,
  period,
}: {
  proposals: readonly Proposal[];
  period: { from: string; to: string };
}) {
  const words = useWords(shortfallWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const mayMakeGood = useMay('makeGood');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Proposal | null>(null);
  const [limit, setLimit] = useState(FIRST_PROPOSALS);
  const [made, setMade] = useState<{ of: string; ids: readonly number[] } | null>(null);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['shortfalls'] }),
      queries.invalidateQueries({ queryKey: ['bookings'] }),
    ]);
  const take = useMutation({
    mutationFn: ({ bookingId }: Proposal) =>
      answer(api.shortfalls.reports['make-goods'].$post({ json: { bookingId, ...period } })),
    onSuccess: ({ bookings }, { booking }) => {
      setMade({ of: booking, ids: bookings.map(({ id }) => id) });
      setAsked(null);
    },
    onSettled: refresh,
  });
  const undo = useMutation({
    mutationFn: async (ids: readonly number[]) => {
      for (const id of ids)
        await answer(api.campaigns.bookings[':id'].$delete({ param: { id: String(id) } }));
    },
    onSuccess: () => {
      setMade(null);
      void message.success(words.undone);
    },
    onSettled: refresh,
  });
  return (
    <section className="panel">
      <header>
        <h2>{words.proposals}</h2>
        <span className="quiet">{words.proposalsLead}</span>
      </header>
      {made && (
        <div className="made" role="status">
          <span>{words.made(format.number(made.ids.length), made.of)}</span>
          <Button size="small" loading={undo.isPending} onClick={() => undo.mutate(made.ids)}>
            {words.undo}
          </Button>
        </div>
      )}
      {undo.error && <TroubleNote error={undo.error} />}
      {proposals.length === 0 && <p className="quiet">{words.noProposals}</p>}
      <ul className="proposals">
        {proposals.slice(0, limit).map((proposal) => (
          <li key={proposal.bookingId}>
            <span>
              <b>{proposal.booking}</b>
              <small className="quiet">
                {words.owes(format.number(proposal.owed))}
                {proposal.bookings.length === 0 && ` · ${words.noDayLeft}`}
              </small>
            </span>
            {mayMakeGood && proposal.bookings.length > 0 && (
              <Button
                onClick={() => {
                  take.reset();
                  setAsked(proposal);
                }}
                aria-label={words.previewTitle(proposal.booking)}
              >
                {words.makeGood}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {proposals.length > limit && <Button onClick={() => setLimit(limit + FIRST_PROPOSALS)}>{more}</Button>}
      {asked && (
        <Dialog
          title={words.previewTitle(asked.booking)}
          okText={words.confirm}
          isBusy={take.isPending}
          onOk={() => take.mutate(asked)}
          onCancel={() => setAsked(null)}
        >
          <p>{words.previewLead(format.number(asked.bookings.length))}</p>
          {asked.bookings.map((draft) => (
            <DraftPreview key={JSON.stringify(draft.endpoints)} draft={draft} />
          ))}
          {take.error && <TroubleNote error={take.error} />}
        </Dialog>
      )}
    </section>
  );
}

/** One booking that would be made, and whether it fits: compiled by the server, nothing is stored. */
function DraftPreview({ draft }: { draft: BookingDraft }) {
  const words = useWords(shortfallWords);
  const { span } = useWords(bookingWords);
  const format = useFormat();
  const rateWords = useRateWords();
  const preview = useQuery({
    queryKey: ['fit', draft],
    queryFn: () => answer(api.fits.bookings.preview.$post({ json: draft })),
  });
  return (
    <section className="panel">
      <h3>{draft.name}</h3>
      <p>
        {words.line(
          format.number(draft.endpoints.endpointIds?.length ?? 0),
          span(format.date(draft.fromDate), format.date(draft.toDate)),
          format.number(draft.maxPerDay ?? 0),
        )}{' '}
        · {rateWords(draft.rate)}
      </p>
      <Found query={preview} lines={3}>
        {({ fit }) => <FitPanel fit={fit} />}
      </Found>
    </section>
  );
}
