import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { ALERT_VERDICTS } from '../choices.ts';
import { AlertTable } from '../parts/alert-table.tsx';
import { MoreOf } from '../parts/more-of.tsx';
import { NarrowingText } from '../parts/narrowing-text.tsx';
import { OverrideCard } from '../parts/override-card.tsx';
import { Nothing, SkeletonLines, TroubleNote } from '../parts/waiting.tsx';
import { overridesQuery } from '../queries.ts';
import { alertWords } from '../words/alert-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/emergency/alerts');
const PAGE = 50;

/** The alerts of other systems: those that wait for a person first, then all that came in. */
export function AlertsPage() {
  const words = useWords(alertWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (next: typeof search) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const found = useInfiniteQuery({
    queryKey: ['alerts', search],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }) => {
      const query = {
        limit: String(PAGE),
        ...(pageParam !== null && { beforeId: String(pageParam) }),
        ...(search.verdict && { verdict: search.verdict }),
        ...(search.q && { q: search.q }),
      };
      return (await answer(api.alerts.alerts.$get({ query }))).alerts;
    },
    getNextPageParam: (last) => (last.length < PAGE ? null : (last.at(-1)?.id ?? null)),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
  const alerts = found.data?.pages.flat() ?? [];
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Link className="button" to="/settings" search={{ part: 'alerts' }}>
          {words.settings}
        </Link>
        <Link className="button" to="/emergency">
          {words.now}
        </Link>
      </header>
      <p className="quiet">{words.lead}</p>
      <WaitingAlerts />
      <section className="panel">
        <h2>{words.history}</h2>
        <search className="filters">
          <NarrowingText label={words.filter} value={search.q} onNarrow={(q) => narrow({ q })} />
          <select
            aria-label={words.verdict}
            value={search.verdict ?? ''}
            onChange={({ target }) => narrow({ verdict: ALERT_VERDICTS.find((one) => one === target.value) })}
          >
            <option value="">{words.all}</option>
            {ALERT_VERDICTS.map((one) => (
              <option key={one} value={one}>
                {words.verdicts[one]}
              </option>
            ))}
          </select>
        </search>
        {found.error && <TroubleNote error={found.error} onRetry={() => void found.refetch()} />}
        {found.isPending && <SkeletonLines lines={6} />}
        {found.data && alerts.length === 0 && <Nothing>{words.none}</Nothing>}
        {alerts.length > 0 && <AlertTable alerts={alerts} />}
        <MoreOf of={found} label={words.older} />
      </section>
    </section>
  );
}

/** The proposals that alerts made; each is put on the air or dismissed by a person. */
function WaitingAlerts() {
  const words = useWords(alertWords);
  const overrides = useQuery(overridesQuery);
  const asked = useQuery({
    queryKey: ['alerts', 'asked'],
    queryFn: async () =>
      (await answer(api.alerts.alerts.$get({ query: { verdict: 'asked', limit: '200' } }))).alerts,
    refetchInterval: 5_000,
  });
  const settings = useQuery({
    queryKey: ['override-settings'],
    queryFn: () => answer(api.overrides['override-settings'].$get()),
  });
  if (!overrides.data || !asked.data) return <SkeletonLines lines={2} />;
  const byAlerts = new Set(asked.data.flatMap(({ overrideIds }) => overrideIds));
  const waiting = overrides.data.filter(({ id, state }) => state === 'proposed' && byAlerts.has(id));
  return (
    <section className="panel">
      <h2>{words.waiting}</h2>
      {waiting.length === 0 && <Nothing>{words.noneWaiting}</Nothing>}
      {waiting.map((override) => (
        <OverrideCard
          key={override.id}
          override={override}
          confirmation={settings.data?.confirmation ?? 'person'}
        />
      ))}
    </section>
  );
}
