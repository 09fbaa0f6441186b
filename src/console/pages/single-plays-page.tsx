import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { answer, api } from '../api.ts';
import { OUTCOMES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { Downloads } from '../parts/download.tsx';
import { MoreOf } from '../parts/more-of.tsx';
import { useNarrowed } from '../parts/narrowed.ts';
import { PlayTable } from '../parts/play-table.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Nothing, SkeletonLines, TroubleNote } from '../parts/waiting.tsx';
import { periodOf } from '../period.ts';
import { reportWords } from '../words/report-words.ts';
import { singlePlayWords } from '../words/single-play-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/plays');
const PAGE = 100;

/** The plays behind a number of a report, page by page as the server gives them. */
export function SinglePlaysPage() {
  const words = useWords(singlePlayWords);
  const { openRtb, openRtbLead } = useWords(reportWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrowed = useNarrowed(search);
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const { campaign, booking, endpoint, area, owner, asset, weekday, hour, outcome } = search;
  const text = (value: number | undefined) => (value === undefined ? undefined : String(value));
  const exported = {
    ...periodOf(search),
    ...shortOf({ campaignId: text(campaign), endpointId: text(endpoint), areaId: text(area), owner }),
  };
  const query = {
    ...exported,
    ...shortOf({ bookingId: text(booking), assetId: text(asset), weekday: text(weekday), hour: text(hour) }),
    ...(outcome !== undefined && { outcome }),
  };
  const plays = useInfiniteQuery({
    queryKey: ['single-plays', query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      answer(
        api.singlePlays.reports['single-plays'].$get({
          query: { ...query, limit: String(PAGE), ...(pageParam !== null && { after: pageParam }) },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });
  const found = plays.data?.pages.flatMap((page) => page.plays) ?? [];
  const archived = plays.data?.pages[0]?.archivedMonths ?? [];
  const canExport = [booking, asset, weekday, hour, outcome].every((one) => one === undefined);
  return (
    <section className="page">
      <ReportWays search={search} />
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        {canExport && (
          <Downloads
            files={[
              {
                name: openRtb,
                title: openRtbLead,
                href: `/api/reports/export?${new URLSearchParams({ of: 'plays', ...exported })}`,
              },
            ]}
          />
        )}
      </header>
      <p className="quiet">{words.lead}</p>
      <search className="filters">
        <PeriodFields search={search} onAsk={ask} />
        <label>
          {words.outcome}{' '}
          <select
            value={outcome ?? ''}
            onChange={({ target }) => ask({ outcome: OUTCOMES.find((one) => one === target.value) })}
          >
            <option value="">{words.allOutcomes}</option>
            {OUTCOMES.map((one) => (
              <option key={one} value={one}>
                {words.outcomes[one]}
              </option>
            ))}
          </select>
        </label>
        {narrowed.map(({ field, what, value }) => (
          <Button
            key={field}
            size="small"
            onClick={() => ask({ [field]: undefined })}
            title={words.drop(what)}
          >
            {what}: {value} ×
          </Button>
        ))}
      </search>
      {archived.length > 0 && <p className="quiet">{words.archived(archived.join(', '))}</p>}
      {plays.isPending && <SkeletonLines lines={10} />}
      {plays.error && <TroubleNote error={plays.error} onRetry={() => void plays.refetch()} />}
      {plays.data && found.length === 0 && <Nothing>{words.nothing}</Nothing>}
      {found.length > 0 && (
        <>
          <PlayTable plays={found} />
          <p className="acts">
            <MoreOf of={plays} label={words.more} />
            <output className="quiet">
              {words.shown(format.number(found.length))}
              {plays.hasNextPage && words.andMore}
            </output>
          </p>
        </>
      )}
    </section>
  );
}

/** Only what was given. */
function shortOf<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
