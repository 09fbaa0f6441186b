import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { browserZone, datePlus, localDateAt } from '../day.ts';
import type { FleetRow } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { materialCountsQuery, owedQuery, quarantineQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { Figure } from './figure.tsx';

/** Plays in doubt are not counted by the server, but listed, so many at once. */
const DOUBTED_LISTED = 100;

/** The day in five figures, the last of them what waits for the person who looks. */
export function TodayFigures({
  rows,
  isKnown,
  totals,
}: {
  rows: readonly FleetRow[];
  /** Whether it is known what plays. */
  isKnown: boolean;
  totals: { playsPromised: number; playsCounted: number; coverage: number | null } | undefined;
}) {
  const words = useWords(todayWords);
  const format = useFormat();
  const of = (state: FleetRow['state']) => rows.filter((row) => row.state === state).length;
  const silent = of('silent');
  const isReady = isKnown && rows.length > 0;
  return (
    <dl className="figures">
      <Figure
        name={words.onAir}
        value={isReady ? format.number(of('playing')) : '–'}
        note={words.ofEndpoints(format.number(rows.length))}
      />
      <Figure
        name={words.counted}
        value={totals ? format.number(totals.playsCounted) : '–'}
        note={words.ofPromised(totals ? format.number(totals.playsPromised) : '–')}
      />
      <Figure
        name={words.coverage}
        value={totals ? format.percent(totals.coverage) : '–'}
        note={words.coverageLead}
      />
      <Figure
        name={words.silent}
        value={isReady ? format.number(silent) : '–'}
        note={words.silentLead}
        tone={silent > 0 ? 'doubt' : undefined}
      />
      <Figure
        name={words.waiting}
        value=""
        note={<Waiting unpaired={isKnown ? of('unpaired') : undefined} />}
      />
    </dl>
  );
}

/** `unpaired`: undefined while it is not known. */
function Waiting({ unpaired }: { unpaired: number | undefined }) {
  const words = useWords(todayWords);
  const format = useFormat();
  const [mayReview, mayAccept, mayPair] = [useMay('review'), useMay('accept'), useMay('pair')];
  const mayMakeGood = useMay('makeGood');
  const doubted = useQuery({ ...quarantineQuery, enabled: mayAccept });
  const others = useQuery({ ...materialCountsQuery('others'), enabled: mayReview });
  const mine = useQuery(materialCountsQuery('me'));
  // Of the day that is over: what today lacks may still be played.
  const yesterday = datePlus(localDateAt(Date.now(), browserZone()), -1);
  const owed = useQuery({ ...owedQuery(yesterday), enabled: mayMakeGood });
  const toReview = (mayReview && others.data?.submitted) || 0;
  const rejected = mine.data?.rejected ?? 0;
  const inDoubt = doubted.data?.length ?? 0;
  const toPair = (mayPair && unpaired) || 0;
  const short = (mayMakeGood && owed.data?.plays) || 0;
  const asked = [
    mine.data,
    mayReview ? others.data : null,
    mayAccept ? doubted.data : null,
    mayMakeGood ? owed.data : null,
    mayPair ? unpaired : null,
  ];
  const isUnknown = [mine, others, doubted, owed].some(({ error, data }) => error && data === undefined);
  if (toReview + rejected + inDoubt + toPair + short === 0 && !isUnknown)
    return asked.includes(undefined) ? '–' : words.waits.nothing;
  return (
    <ul>
      {toReview > 0 && (
        <li>
          <Link to="/review" search={{}}>
            {words.waits.review(format.number(toReview))}
          </Link>
        </li>
      )}
      {rejected > 0 && (
        <li>
          <Link to="/material" search={{ state: 'rejected' }}>
            {words.waits.rejected(format.number(rejected))}
          </Link>
        </li>
      )}
      {inDoubt > 0 && (
        <li>
          <Link to="/reports/quarantine" search={{}}>
            {words.waits.quarantine(`${format.number(inDoubt)}${inDoubt < DOUBTED_LISTED ? '' : '+'}`)}
          </Link>
        </li>
      )}
      {short > 0 && (
        <li>
          <Link to="/reports/shortfalls" search={{ from: yesterday, to: yesterday }}>
            {words.waits.short(format.number(short), format.number(owed.data?.bookings ?? 0))}
          </Link>
        </li>
      )}
      {toPair > 0 && (
        <li>
          <Link to="/endpoints" search={{ state: 'unpaired' }}>
            {words.waits.unpaired(format.number(toPair))}
          </Link>
        </li>
      )}
      {isUnknown && <li>{words.waits.unknown}</li>}
    </ul>
  );
}
