import type { Endpoint } from '../../endpoints/endpoint.ts';
import { useFormat } from '../format.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { hoursInWords } from './hours-in-words.ts';

/** What staff wrote down about an endpoint. */
export function EndpointFacts({ endpoint }: { endpoint: Endpoint }) {
  const words = useWords(endpointWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const facts: readonly (readonly [string, string])[] = [
    [words.columns.kind, shell.kinds[endpoint.kind]],
    [words.columns.area, endpoint.area],
    [words.owner, endpoint.owner],
    [words.size, endpoint.widthPx === null ? '' : `${endpoint.widthPx}×${endpoint.heightPx}`],
    [words.place, endpoint.longitude === null ? '' : `${endpoint.longitude}, ${endpoint.latitude}`],
    [words.zone, endpoint.timeZone],
    [words.columns.hours, hoursInWords(endpoint.openingHours, words.hourWords, format.language)],
    [words.quiet, hoursInWords(endpoint.quietHours, words.hourWords, format.language)],
    [
      words.audience,
      endpoint.audiencePerHour === 0 ? '' : words.people(format.number(endpoint.audiencePerHour)),
    ],
    [words.dwell, endpoint.dwellSeconds === 0 ? '' : words.seconds(format.number(endpoint.dwellSeconds))],
    [words.tags, endpoint.tags.join(' · ')],
    [words.note, endpoint.note],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value === '' ? '—' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
