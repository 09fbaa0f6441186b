import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { answer, api } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { endpointQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { EndpointFacts } from '../parts/endpoint-facts.tsx';
import { Explanation } from '../parts/explanation.tsx';
import { HealthPanel } from '../parts/health-panel.tsx';
import { HourStrip } from '../parts/hour-strip.tsx';
import { PlayerCommands } from '../parts/player-commands.tsx';
import { PlayerPanel } from '../parts/player-panel.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { WeekStrip } from '../parts/week-strip.tsx';
import { calendarWords } from '../words/calendar-words.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { reportRoomWords } from '../words/report-room-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/endpoints/$endpointId');
const HOUR_MS = 3_600_000;

/** One endpoint: what it is, its player, and the loop of an hour with a reason behind every spot. */
export function EndpointPage() {
  const words = useWords(endpointWords);
  const reports = useWords(reportRoomWords);
  const calendar = useWords(calendarWords);
  const { endpointId } = route.useParams();
  const endpoint = useQuery(endpointQuery(endpointId));
  return (
    <section className="page">
      <p>
        <Link to="/endpoints" search={{}}>
          {words.back}
        </Link>
      </p>
      <Found query={endpoint} lines={12}>
        {(found) => (
          <>
            <header>
              <h1>
                <span className="code">{found.code}</span> {found.name}
              </h1>
              <span className="fill" />
              <Link className="button" to="/reports/coverage" search={{ endpoint: found.id }}>
                {reports.pages.coverage}
              </Link>
              <Link className="button" to="/reports/audience" search={{ endpoint: found.id }}>
                {reports.pages.audience}
              </Link>
              <Link className="button" to="/bookings/calendar" search={{ endpoint: found.id }}>
                {calendar.link}
              </Link>
              <Link className="button" to="/why" search={{ endpoint: found.id }}>
                {words.why}
              </Link>
            </header>
            <div className="two">
              <div className="stack">
                <HourPanel endpointId={found.id} zone={found.timeZone} />
                <section className="panel">
                  <h2>{words.week}</h2>
                  <WeekStrip hours={found.openingHours} />
                </section>
              </div>
              <div className="stack">
                <PlayerPanel endpoint={found} />
                {found.player && <PlayerCommands endpoint={found} />}
                <HealthPanel endpoint={found} />
                <section className="panel">
                  <h2>{words.facts}</h2>
                  <EndpointFacts endpoint={found} />
                </section>
              </div>
            </div>
          </>
        )}
      </Found>
    </section>
  );
}

function HourPanel({ endpointId, zone }: { endpointId: number; zone: string }) {
  const words = useWords(endpointWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const hour = search.hour ?? Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const [from, to] = [new Date(hour).toISOString(), new Date(hour + HOUR_MS).toISOString()];
  const programme = useQuery({
    queryKey: ['programme', endpointId, from],
    queryFn: () =>
      answer(
        api.programme.endpoints[':id'].programme.$get({
          param: { id: String(endpointId) },
          query: { from, to },
        }),
      ),
  });
  const titleOf = useTitles(
    programme.data?.hours.flatMap(({ spots }) => spots.map(({ assetId }) => assetId)) ?? [],
  );
  const go = (next: { hour?: number | undefined; at?: string | undefined }) =>
    void navigate({ search: next });
  return (
    <section className="panel">
      <header>
        <h2>{words.hour}</h2>
        <span className="quiet">{format.dateTime(hour, zone)}</span>
        <span className="fill" />
        <Button size="small" onClick={() => go({ hour: hour - HOUR_MS })}>
          {words.earlier}
        </Button>
        <Button size="small" disabled={search.hour === undefined} onClick={() => go({})}>
          {words.nowHour}
        </Button>
        <Button size="small" onClick={() => go({ hour: hour + HOUR_MS })}>
          {words.later}
        </Button>
      </header>
      <p className="quiet">{words.hourLead}</p>
      <Found query={programme} lines={6}>
        {({ hours }) => {
          const spots = hours
            .flatMap((one) => one.spots)
            .filter(({ startsAt }) => Date.parse(startsAt) >= hour);
          if (spots.length === 0) return <Nothing>{words.noHour}</Nothing>;
          return (
            <HourStrip
              from={from}
              zone={zone}
              spots={spots}
              label={words.hour}
              chosen={search.at}
              nameOf={({ assetId }) => titleOf(assetId)}
              onSpot={({ startsAt }) => go({ hour: search.hour, at: startsAt })}
            />
          );
        }}
      </Found>
      {search.at !== undefined && <Explanation endpointId={endpointId} at={search.at} />}
    </section>
  );
}
