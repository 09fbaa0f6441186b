import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Tally } from '../../outreach/tally.ts';
import { answer, api } from '../api.ts';
import { CHANNELS } from '../choices.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { TallyForm } from '../forms/tally-form.tsx';
import { TallyImport } from '../forms/tally-import.tsx';
import { Figure } from '../parts/figure.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { TallyTable } from '../parts/tally-table.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { scopeOf } from '../period.ts';
import { useMay } from '../session.tsx';
import { channelWords } from '../words/channel-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/channels');

/** What campaigns do beside their plays: entered or imported, with source and evidence, corrected with a reason. */
export function ChannelsPage() {
  const words = useWords(channelWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayEnter = useMay('tally');
  /** What the form is for: a new entry, or the one that is corrected. */
  const [asked, setAsked] = useState<Tally | 'new' | null>(null);
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const query = { ...scopeOf(search), history: search.history ? ('true' as const) : ('false' as const) };
  const found = useQuery({
    queryKey: ['tallies', query],
    queryFn: () => answer(api.tallies.tallies.$get({ query })),
    placeholderData: keepPreviousData,
  });
  return (
    <section className="page">
      <ReportWays search={search} />
      <header>
        <h1>{words.title}</h1>
        <span className="quiet">{words.lead}</span>
        <span className="fill" />
        {mayEnter && (
          <Button type="primary" onClick={() => setAsked('new')}>
            {words.add}
          </Button>
        )}
      </header>
      <search className="filters">
        <PeriodFields search={search} onAsk={ask} />
        <label>
          <input
            type="checkbox"
            checked={search.history === true}
            onChange={({ target }) => ask({ history: target.checked || undefined })}
          />{' '}
          {words.history}
        </label>
      </search>
      <Found query={found} lines={8}>
        {({ tallies, sums }) => (
          <>
            <dl className="figures">
              {CHANNELS.map((channel) => {
                const sum = sums.find((one) => one.channel === channel);
                return (
                  <Figure
                    key={channel}
                    name={words.channels[channel]}
                    value={format.number(sum?.count ?? 0)}
                    note={`${words.units[channel]} · ${words.sumNote(format.number(sum?.tallies ?? 0), format.number(sum?.withEvidence ?? 0))}`}
                  />
                );
              })}
            </dl>
            {tallies.length === 0 ? (
              <Nothing>{words.none}</Nothing>
            ) : (
              <TallyTable tallies={tallies} onCorrect={mayEnter ? setAsked : null} />
            )}
          </>
        )}
      </Found>
      {mayEnter && <TallyImport campaignId={search.campaign} />}
      {asked !== null && (
        <TallyForm
          corrected={asked === 'new' ? null : asked}
          campaignId={search.campaign}
          onDone={() => setAsked(null)}
        />
      )}
    </section>
  );
}
