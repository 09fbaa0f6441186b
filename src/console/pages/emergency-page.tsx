import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { RaiseForm } from '../forms/raise-form.tsx';
import { OverrideCard, useHeadingOf } from '../parts/override-card.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { overridesQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { alertWords } from '../words/alert-words.ts';
import { emergencyWords } from '../words/emergency-words.ts';
import { useWords } from '../words/use-words.ts';

/** What interrupts the programme now, what waits for its confirmation, and the way to raise another one. */
export function EmergencyPage() {
  const words = useWords(emergencyWords);
  const { title: alertsTitle } = useWords(alertWords);
  const format = useFormat();
  const headingOf = useHeadingOf();
  const mayRaise = useMay('alarm');
  const overrides = useQuery(overridesQuery);
  const settings = useQuery({
    queryKey: ['override-settings'],
    queryFn: () => answer(api.overrides['override-settings'].$get()),
  });
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Link className="button" to="/emergency/alerts" search={{}}>
          {alertsTitle}
        </Link>
      </header>
      <Found query={overrides} lines={6}>
        {(all) => {
          const live = all.filter(({ state }) => state === 'live');
          const proposed = all.filter(({ state }) => state === 'proposed');
          const past = all.filter(({ state }) => state !== 'live' && state !== 'proposed');
          const cards = (list: typeof all) =>
            list.map((override) => (
              <OverrideCard
                key={override.id}
                override={override}
                confirmation={settings.data?.confirmation ?? 'person'}
              />
            ));
          return (
            <div className="emergency">
              <div className="stack">
                {live.length + proposed.length === 0 && (
                  <section className="panel">
                    <Nothing>{words.quiet}</Nothing>
                  </section>
                )}
                {cards(live)}
                {proposed.length > 0 && <h2>{words.proposals}</h2>}
                {cards(proposed)}
              </div>
              {mayRaise ? <RaiseForm /> : <p className="quiet">{words.onlyOperators}</p>}
              <section className="panel">
                <h2>{words.past}</h2>
                {past.length === 0 ? (
                  <Nothing>{words.noPast}</Nothing>
                ) : (
                  <ul className="past">
                    {past.slice(0, 20).map((override) => (
                      <li key={override.id}>
                        <b>{headingOf(override)}</b>{' '}
                        {override.drill && <span className="tag">{words.drill}</span>}{' '}
                        <span className="tag">{words.states[override.state]}</span>{' '}
                        <span className="quiet">
                          {format.dateTime(override.proposedAt)} ·{' '}
                          {words.ofTargets(format.number(override.counts.targets))}
                        </span>
                      </li>
                    ))}
                  </ul>
                )}
              </section>
            </div>
          );
        }}
      </Found>
    </section>
  );
}
