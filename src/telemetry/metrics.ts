import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { SECOND_MS } from '../base/units.ts';
import type { PlayReceipt } from '../contract/play-report.ts';
import type { AnsweredRequest } from '../http/app.ts';

/** Figures that are read when somebody asks for them. */
export interface MetricSources {
  readonly eventStreams: () => number;
  readonly playersOnline: () => Promise<number>;
  readonly endpoints: () => number;
  readonly playsWaiting: () => number;
  readonly totals: () => Promise<{ readonly playsPromised: number; readonly playsCounted: number }>;
}

/** What a server counts and measures of itself, for Prometheus. */
export interface Metrics {
  /** The text exposition format 0.0.4, with its content type. */
  read(): Promise<{ readonly text: string; readonly type: string }>;
  /** A poll that the lane answered with 304. */
  pollUnchanged(): void;
  /** A request with receipts of emergencies that the lane took. */
  receiptsTaken(): void;
  request(answered: AnsweredRequest): void;
  playsReceived(receipt: Pick<PlayReceipt, 'accepted' | 'duplicates' | 'rejected'>): void;
  /** From the request of staff until a player showed the emergency. */
  overrideShown(latencyMs: number): void;
  /** The nightly audit ended, and found so many sums that differ from their plays. */
  sumsAudited(differences: number): void;
}

/** Bounds of answer times, in seconds. */
const ANSWER_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Bounds of the time until an emergency is shown, in seconds: the promise is one. */
const OVERRIDE_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, 300];

/** Makes the figures of one process. Names follow the Prometheus rules: unit at the end, counters end in `_total`. */
export function openMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const polls = new Counter({
    name: 'beacon_polls_total',
    help: 'Polls of players for their manifest, by answer.',
    labelNames: ['answer'],
    registers,
  });
  const plays = new Counter({
    name: 'beacon_plays_received_total',
    help: 'Plays in reports of players: accepted, duplicate, or rejected and kept apart.',
    labelNames: ['verdict'],
    registers,
  });
  const receipts = new Counter({
    name: 'beacon_override_receipts_total',
    help: 'Requests of players with receipts of emergencies that were written down.',
    registers,
  });
  const requests = new Histogram({
    name: 'beacon_http_request_duration_seconds',
    help: 'Time until a request was answered, by method, route and status. Polls answered by 304 are not in it.',
    labelNames: ['method', 'route', 'status'],
    buckets: ANSWER_SECONDS,
    registers,
  });
  const overrides = new Histogram({
    name: 'beacon_override_latency_seconds',
    help: 'From the request of staff until a player said that it shows the emergency.',
    buckets: OVERRIDE_SECONDS,
    registers,
  });
  const differences = new Gauge({
    name: 'beacon_sum_differences',
    help: 'Sums of plays that the last nightly audit of this server found to differ from the plays.',
    registers,
  });
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  };
  gauge('beacon_event_streams', 'Event streams of players that are open.', sources.eventStreams);
  gauge('beacon_players_online', 'Players heard of within the last 90 seconds.', sources.playersOnline);
  gauge('beacon_endpoints', 'Endpoints on the board.', sources.endpoints);
  gauge('beacon_plays_waiting', 'Plays that wait in memory for their commit.', sources.playsWaiting);
  // The three figures of one reading come from one look at the database.
  let looking: ReturnType<MetricSources['totals']> | null = null;
  const totals = () => {
    looking ??= sources.totals().finally(() => {
      looking = null;
    });
    return looking;
  };
  gauge('beacon_plays_promised', 'Plays promised up to now.', async () => (await totals()).playsPromised);
  gauge('beacon_plays_counted', 'Plays counted up to now.', async () => (await totals()).playsCounted);
  gauge(
    'beacon_coverage_ratio',
    'Plays counted over plays promised up to now; 1 while none were.',
    async () => {
      const { playsPromised, playsCounted } = await totals();
      return playsPromised === 0 ? 1 : playsCounted / playsPromised;
    },
  );
  return {
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    pollUnchanged: () => polls.inc({ answer: 'unchanged' }),
    receiptsTaken: () => receipts.inc(),
    request({ method, route, status, tookMs }) {
      requests.observe({ method, route, status }, tookMs / SECOND_MS);
      if (route === '/api/player/v1/manifest' && status === 200) polls.inc({ answer: 'changed' });
    },
    playsReceived({ accepted, duplicates, rejected }) {
      plays.inc({ verdict: 'accepted' }, accepted);
      plays.inc({ verdict: 'duplicate' }, duplicates);
      plays.inc({ verdict: 'rejected' }, rejected.length);
    },
    sumsAudited: (found) => differences.set(found),
    overrideShown: (latencyMs) => overrides.observe(latencyMs / SECOND_MS),
  };
}
