import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type Ms, SECOND_MS } from '../base/units.ts';
import type { PlayReceipt } from '../contract/play-report.ts';
import type { AnsweredRequest } from '../http/app.ts';
import { addGauges, type MetricSources } from './gauges.ts';

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
  /** A report was counted: how long after its oldest play had ended. */
  playsCounted(lagMs: Ms): void;
  /** From the request of staff until a player showed the emergency. */
  overrideShown(latencyMs: Ms): void;
}

/** Bounds of answer times, in seconds. */
const ANSWER_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Bounds of the time until an emergency is shown, in seconds: the promise is one. */
const OVERRIDE_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, 60, 300, 1_800];
/** Bounds of the time until a play is counted, in seconds, up to a week: players tell within 15 s. */
const LAG_SECONDS = [5, 15, 30, 60, 300, 1_800, 7_200, 28_800, 86_400, 604_800];

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
    help: 'Time until a request was answered, by method, route and status. Polls that memory answers by 304 are not in it.',
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
  const lags = new Histogram({
    name: 'beacon_play_lag_seconds',
    help: 'From the end of the oldest play of a report until the report was counted.',
    buckets: LAG_SECONDS,
    registers,
  });
  addGauges(registry, sources);
  return {
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    pollUnchanged: () => polls.inc({ answer: 'unchanged' }),
    receiptsTaken: () => receipts.inc(),
    request({ method, route, status, tookMs }) {
      requests.observe({ method, route, status }, tookMs / SECOND_MS);
      if (route !== '/api/player/v1/manifest') return;
      if (status === 200) polls.inc({ answer: 'changed' });
      if (status === 304) polls.inc({ answer: 'unchanged' });
    },
    playsReceived({ accepted, duplicates, rejected }) {
      plays.inc({ verdict: 'accepted' }, accepted);
      plays.inc({ verdict: 'duplicate' }, duplicates);
      plays.inc({ verdict: 'rejected' }, rejected.length);
    },
    playsCounted: (lagMs) => lags.observe(lagMs / SECOND_MS),
    overrideShown: (latencyMs) => overrides.observe(latencyMs / SECOND_MS),
  };
}
