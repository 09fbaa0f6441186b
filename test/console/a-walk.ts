import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../src/base/api-routes.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import { accountWords } from '../../src/console/words/account-words.ts';
import { alertWords } from '../../src/console/words/alert-words.ts';
import { audienceWords } from '../../src/console/words/audience-words.ts';
import { bookingWords } from '../../src/console/words/booking-words.ts';
import { calendarWords } from '../../src/console/words/calendar-words.ts';
import { changeWords } from '../../src/console/words/change-words.ts';
import { channelWords } from '../../src/console/words/channel-words.ts';
import { comparisonWords, uptimeWords } from '../../src/console/words/comparison-words.ts';
import { coverageWords } from '../../src/console/words/coverage-words.ts';
import { dispatchWords } from '../../src/console/words/dispatch-words.ts';
import { emergencyWords } from '../../src/console/words/emergency-words.ts';
import { endpointWords } from '../../src/console/words/endpoint-words.ts';
import { groupWords } from '../../src/console/words/group-words.ts';
import { issuedWords } from '../../src/console/words/issued-words.ts';
import { materialWords, reviewWords } from '../../src/console/words/material-words.ts';
import { noticeWords } from '../../src/console/words/notice-words.ts';
import { playlistWords } from '../../src/console/words/playlist-words.ts';
import { quarantineWords } from '../../src/console/words/quarantine-words.ts';
import { reportWords } from '../../src/console/words/report-words.ts';
import { settingsWords } from '../../src/console/words/settings-words.ts';
import { shellWords } from '../../src/console/words/shell-words.ts';
import { shortfallWords } from '../../src/console/words/shortfall-words.ts';
import { singlePlayWords } from '../../src/console/words/single-play-words.ts';
import { todayWords } from '../../src/console/words/today-words.ts';
import { whyWords } from '../../src/console/words/why-words.ts';
import { playedHour } from '../impressions/a-played-hour.ts';
import { capXml } from '../override/an-alert.ts';
import { deskOf, type TestServer } from '../support/server.ts';
import { fleetDraft } from './a-fleet-draft.ts';

/** A page of the console that is walked. */
export interface Place {
  /** The route of the router that it stands for. */
  readonly route: string;
  readonly path: string;
  readonly heading: { readonly zh: string; readonly en: string };
  /** Whom it lets in; others are told whom it is for. */
  readonly roles?: readonly Role[];
  /** Used on a phone in the field: axe reads it there too. */
  readonly onPhone?: true;
}

const headed = (words: { zh: { title: string }; en: { title: string } }) => ({
  zh: words.zh.title,
  en: words.en.title,
});
const named = (name: string) => ({ zh: name, en: name });
const place = (
  route: string,
  heading: Place['heading'],
  more: Partial<Omit<Place, 'route' | 'heading'>> = {},
): Place => ({ route, path: route, heading, ...more });
const settings = (part: string, roles?: readonly Role[]): Place =>
  place('/settings', headed(settingsWords), { path: `/settings?part=${part}`, ...(roles && { roles }) });

const MAKERS: readonly Role[] = ['editor', 'administrator'];
const ADMINISTRATORS: readonly Role[] = ['administrator'];

/** Every page of the console, in the world of {@link walkedWorld}. */
export const PLACES: readonly Place[] = [
  place('/', headed(todayWords)),
  place('/', headed(todayWords), { path: '/?endpoint=1' }),
  place('/material', headed(materialWords)),
  place('/material/$assetId', named('Notice'), { path: '/material/1' }),
  place('/notices', headed(noticeWords), { roles: MAKERS }),
  place('/review', headed(reviewWords), { roles: ['reviewer', 'administrator'], onPhone: true }),
  place('/playlists', headed(playlistWords)),
  place('/playlists/$playlistId', named('Walked'), { path: '/playlists/1' }),
  place(
    '/playlists/$playlistId',
    { zh: playlistWords.zh.newTitle, en: playlistWords.en.newTitle },
    { path: '/playlists/new', roles: MAKERS },
  ),
  place('/bookings', headed(bookingWords)),
  place('/bookings/new', { zh: bookingWords.zh.newTitle, en: bookingWords.en.newTitle }, { roles: MAKERS }),
  place(
    '/bookings/$bookingId',
    { zh: changeWords.zh.editTitle('Walked'), en: changeWords.en.editTitle('Walked') },
    { path: '/bookings/1', roles: MAKERS },
  ),
  place('/bookings/calendar', headed(calendarWords), { path: '/bookings/calendar?endpoint=1' }),
  place('/new-film', { zh: bookingWords.zh.film.title, en: bookingWords.en.film.title }, { roles: MAKERS }),
  place('/why', headed(whyWords), { path: '/why?endpoint=1' }),
  place('/endpoints', headed(endpointWords)),
  place('/endpoints/$endpointId', named('DS-001 Place 1'), { path: '/endpoints/1' }),
  place('/endpoints/groups', headed(groupWords)),
  place(
    '/pair',
    { zh: endpointWords.zh.pairTitle, en: endpointWords.en.pairTitle },
    { roles: ['editor', 'operator', 'administrator'], onPhone: true },
  ),
  place('/emergency', headed(emergencyWords), { onPhone: true }),
  place('/emergency/alerts', headed(alertWords), { onPhone: true }),
  place('/reports', headed(reportWords)),
  place('/reports/shortfalls', headed(shortfallWords)),
  place('/reports/coverage', headed(coverageWords)),
  place('/reports/coverage', headed(coverageWords), { path: '/reports/coverage?endpoint=1' }),
  place('/reports/plays', headed(singlePlayWords)),
  place('/reports/comparison', headed(comparisonWords)),
  place('/reports/uptime', headed(uptimeWords)),
  place('/reports/issued', headed(issuedWords)),
  place('/reports/issued/$number', named('Walked'), { path: '/reports/issued/1' }),
  place('/reports/dispatch', headed(dispatchWords)),
  place('/reports/roll-call', { zh: dispatchWords.zh.rollCall, en: dispatchWords.en.rollCall }),
  place('/reports/quarantine', headed(quarantineWords)),
  place('/reports/audience', headed(audienceWords)),
  place('/reports/channels', headed(channelWords)),
  settings('rules'),
  settings('templates'),
  settings('alerts'),
  settings('notifications'),
  settings('signing', ADMINISTRATORS),
  settings('storage', ADMINISTRATORS),
  settings('people', ADMINISTRATORS),
  settings('keys', ADMINISTRATORS),
  settings('audit', ADMINISTRATORS),
  place('/account', headed(accountWords)),
  place('*', { zh: shellWords.zh.unknownPage, en: shellWords.en.unknownPage }, { path: '/nowhere' }),
];

/** What people, programs and formats are named in that world, alike in both languages and all in Latin letters. */
export const NAMES =
  /Notice|Walked|Place \d|Area \d|Fire|Keep away|DS-\d+|T-1|walk-1|BT-\d+-\d+|indoor|led|node|name|SHA-256|GMT|OpenOOH|CAP|CSV|XLSX|PDF|JSON/g;

/** A small fleet that is booked, played an hour and reported, with something in every room. */
export async function walkedWorld(running: TestServer): Promise<void> {
  const { server, database } = running;
  const { sql } = database;
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  await playedHour({ database, now: thisHour - HOUR_MS / 2 });
  await sql`update endpoints set code = 'DS-00' || id, name = 'Place ' || id`;
  await sql`update areas set name = 'Area ' || id`;
  for (const table of ['campaigns', 'playlists', 'bookings'])
    await sql`update ${sql(table)} set name = 'Walked'`;
  await server.endpoints.create({ ...fleetDraft(3), name: 'Place 3', area: 'Area 3' }, 'system');
  await sql`update players set last_seen_at = now()`;
  await server.board.refresh();
  const film = new URL('../../media/samples/notice-spring-festival.png', import.meta.url);
  const { asset } = await server.imports.importFile({
    source: new Blob([await readFile(fileURLToPath(film))]).stream(),
    draft: {
      fileName: 'notice-1.png',
      titleZh: 'Notice',
      titleEn: 'Notice',
      category: 'notice',
      isFiller: false,
    },
    actor: 'system',
  });
  await server.review.take('submit', asset.id, { id: 'system', role: 'editor' });
  await sql`insert into playlist_items (playlist_id, position, asset_id, weight) values (1, 0, ${asset.id}, 1)`;
  const [operator, editor] = [await deskOf(running, 'operator'), await deskOf(running, 'editor')];
  const made = async (desk: typeof editor, path: string, body: unknown, headers = {}) => {
    const answer = await desk.ask('POST', path, body, headers);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const alert = {
    identifier: 'walk-1',
    infos: [{ certainty: 'Possible', headline: 'Fire', instruction: 'Go west', description: '' }],
  };
  await made(operator, '/api/alerts/cap', capXml(alert), { 'content-type': 'application/xml' });
  const text = { title: 'Keep away', body: '', lang: 'en' };
  const template = { name: 'T-1', severity: 'severe', mostMinutes: 30, content: { text } };
  await made(operator, '/api/override-templates', template);
  await made(editor, '/api/groups', { name: 'Walked', rule: { kinds: ['screen'] } });
  const today = new Date(thisHour).toISOString().slice(0, 10);
  await made(editor, '/api/reports/issued', { title: 'Walked', from: today, to: today });
}
