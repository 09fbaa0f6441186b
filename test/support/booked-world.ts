import { compactVerify, importJWK } from 'jose';
import type { WeeklyWindow } from '../../src/base/local-time.ts';
import { type Desk, send, type TestServer } from './server.ts';
import { worldOf } from './world.ts';

/** One spot on the time line, as a player gets it. */
export interface AiredSpot {
  readonly at: number;
  readonly durationMs: number;
  readonly assetId: number;
  readonly bookingId: number | null;
}

/** One local hour at an endpoint, told by `Temporal` alone. */
export interface WallHour {
  readonly from: number;
  readonly to: number;
  readonly date: string;
  readonly hour: number;
}

/** The local hours of a date: 23, 24 or 25 of them. */
export function wallHours(date: string, timeZone: string): WallHour[] {
  const day = Temporal.PlainDate.from(date);
  const start = day.toZonedDateTime(timeZone);
  const end = day.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  const hours: WallHour[] = [];
  for (let from = start.epochMilliseconds; from < end; from += 3_600_000) {
    const { hour } = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
    hours.push({ from, to: Math.min(end, from + 3_600_000), date, hour });
  }
  return hours;
}

/** Books over HTTP as staff do and pulls manifests as players do; only endpoints and files come from rows. */
export function bookedWorld(running: TestServer, editor: Desk, operator: Desk) {
  const rows = worldOf(running.database);
  const made = async (path: string, body: unknown) => {
    const answer = await editor.ask('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    rows,

    async endpoint(over: {
      timeZone?: string;
      kind?: 'tv' | 'loudspeaker';
      openingHours?: readonly WeeklyWindow[];
    }) {
      return rows.endpoint(over);
    },

    async campaign(over: Record<string, unknown> = {}): Promise<number> {
      const body = { name: '平安', fromDate: '2027-01-01', toDate: '2027-12-31', ...over };
      return (await made('/api/campaigns', body)).id;
    },

    async playlist(
      items: readonly { assetId: number; weight?: number; durationMs?: number }[],
    ): Promise<number> {
      return (await made('/api/playlists', { name: 'list', items })).id;
    },

    /** The answer to a booking, with its `fit`. */
    async book(draft: Record<string, unknown>) {
      return made('/api/bookings', {
        name: 'booking',
        fromDate: '2027-01-01',
        toDate: '2027-12-31',
        ...draft,
      });
    },

    /** Joins as the player of an endpoint and pulls its manifest: all spots on the time line, and what it names. */
    async pull(endpointId: number): Promise<AiredSpot[]> {
      const enrolment = await operator.ask('POST', `/api/endpoints/${endpointId}/enrolments`);
      const joined = await send(`${running.url}/api/player/v1/enrolments`, {
        method: 'POST',
        body: {
          token: enrolment.body.token,
          hardwareId: `box-${endpointId}`,
          kind: 'tv',
          capabilities: { video: true, image: true, audio: true },
        },
      });
      const { token, serverKeys } = joined.body;
      const answer = await send(`${running.url}/api/player/v1/manifest`, { token });
      const { payload } = await compactVerify(answer.body, await importJWK(serverKeys[0], 'EdDSA'));
      const { programme, loops } = JSON.parse(Buffer.from(payload).toString());
      const loopOf = new Map(loops.map((loop: { id: string }) => [loop.id, loop]));
      return programme.flatMap((entry: { from: string; loop: string }) => {
        const { spots } = loopOf.get(entry.loop) as { spots: (AiredSpot & { atMs: number })[] };
        return spots.map(({ atMs, durationMs, assetId, bookingId }) => ({
          at: Date.parse(entry.from) + atMs,
          durationMs,
          assetId,
          bookingId,
        }));
      });
    },

    /** A date as the programme says it would be compiled now. */
    async dayOf(endpointId: number, date: string): Promise<AiredSpot[]> {
      const { body } = await editor.ask('GET', `/api/endpoints/${endpointId}/programme?date=${date}`);
      return body.hours.flatMap((hour: { spots: (AiredSpot & { startsAt: string })[] }) =>
        hour.spots.map(({ startsAt, durationMs, assetId, bookingId }) => ({
          at: Date.parse(startsAt),
          durationMs,
          assetId,
          bookingId,
        })),
      );
    },
  };
}
