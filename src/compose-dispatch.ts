import { randomBytes, randomUUID } from 'node:crypto';
import type { Audit } from './base/audit.ts';
import { type Clock, MINUTE_MS, SECOND_MS } from './base/units.ts';
import type { Database, Db } from './db/connect.ts';
import { dispatch } from './dispatch/dispatch-flow.ts';
import { dispatchRoutes } from './dispatch/dispatch-routes.ts';
import { dispatchStore } from './dispatch/dispatch-store.ts';
import { inDrill } from './dispatch/drill.ts';
import { noteListening } from './dispatch/listening-store.ts';
import { mailer } from './dispatch/mail-files.ts';
import { poster } from './dispatch/post-files.ts';
import { readLastWords, readPulses } from './dispatch/pulse-store.ts';
import { fleetWatch } from './dispatch/watch-flow.ts';
import { webhookSeal } from './dispatch/webhook-seal.ts';
import type { ReportStore } from './impressions/report-store.ts';
import type { Job } from './jobs/jobs.ts';

/** Where messages may go, from the configuration. */
export interface DispatchConfig {
  /** `smtp://` or `smtps://` with user and password; absent: no mail. */
  readonly smtpUrl?: string;
  /** The sender of mails. */
  readonly mailFrom?: string;
  /** Hosts in networks of our own to which webhooks may go all the same. */
  readonly innerHosts?: readonly string[];
  /** Nothing goes out. */
  readonly drill?: boolean;
}

/** Everything about scheduled reports and roll calls, put together. */
export function composeDispatch(deps: {
  database: Database;
  audit: Audit<Db>;
  reports: ReportStore;
  config: DispatchConfig;
  /** The one that all servers share. */
  secret: string;
  now: Clock;
  onTrouble: (error: unknown) => void;
}) {
  const { database, audit, reports, config, secret, now, onTrouble } = deps;
  const seal = webhookSeal(secret, randomBytes);
  const store = dispatchStore({ database, audit, now, holder: randomUUID(), seal });
  const { sql } = database;
  const watch = fleetWatch({
    pulses: (at) => readPulses(sql, at),
    lastWords: () => readLastWords(sql),
    noteListening: (at) => noteListening(sql, at),
    now,
  });
  const { smtpUrl, mailFrom, innerHosts = [], drill = false } = config;
  const sending = dispatch({
    store,
    reports,
    watch,
    post: poster(new Set(innerHosts)),
    mailer: smtpUrl === undefined ? null : mailer(smtpUrl, mailFrom ?? 'beacon-tower@localhost'),
    now,
    onTrouble,
  });
  const flow = drill ? inDrill(sending) : sending;
  // Every server looks: the database lets each delivery be made once and be sent by one at a time.
  const jobs: readonly Job[] = [
    { name: 'send reports and roll calls', everyMs: MINUTE_MS, run: () => flow.run() },
    // Apart from the sending, which may wait long for a receiver.
    { name: 'say that this server listens', everyMs: MINUTE_MS, run: watch.listen },
    { name: 'seal webhooks of versions before', everyMs: MINUTE_MS, run: store.sealAll },
    // With the length of a hold: what a server that died was sending goes out 14 s later at most.
    { name: 'send what waits', everyMs: 5 * SECOND_MS, run: () => flow.sendWaiting() },
  ];
  return { rooms: [dispatchRoutes({ store, flow, drill })], jobs, flow, watch };
}
