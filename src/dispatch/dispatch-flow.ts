import { setTimeout as pause } from 'node:timers/promises';
import { wallClockOf } from '../base/local-time.ts';
import { type Clock, DAY_MS, type EpochMs, MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';
import type { Within } from '../base/within.ts';
import { makeReport } from '../impressions/report-flow.ts';
import type { ReportStore } from '../impressions/report-store.ts';
import { ATTEMPT_WORDS } from './attempt-words.ts';
import type { AttemptEnd, ClaimedDelivery, DispatchStore, Plan } from './dispatch-store.ts';
import { datesOf, GIVE_UP_AFTER_MS, lastDueAt, pauseAfter } from './due.ts';
import type { Mailer } from './mail-files.ts';
import { type Message, reportMessage, rollCallMessage } from './message.ts';
import { outgoingPost, wasTaken } from './outgoing.ts';
import { NotAllowed, type Poster } from './post-files.ts';
import { type RollCall, rollCallOf } from './roll-call.ts';
import { isOver, OVER_AFTER_MS, type SilentEndpoint, silenceKey, untoldSilences } from './silence.ts';
import { silenceMessage, silenceOverMessage } from './silence-message.ts';
import type { FleetWatch } from './watch-flow.ts';
import { SEALED } from './webhook-seal.ts';

/** Sends reports and roll calls. */
export interface Dispatch {
  /** Queues the messages of all plans that have come due and sends what waits. Safe on several servers at once. */
  run(): Promise<void>;
  /** Sends what waits, also what a server that died was sending. */
  sendWaiting(): Promise<void>;
  /**
   * Queues a message of a plan now, whenever it is due, and sends it and no other; comes back when it is sent, or after
   * some seconds while it goes on. @throws Refusal dispatch.unknown
   */
  tryNow(planId: number): Promise<void>;
  /** Of the endpoints within. */
  rollCall(within?: Within): Promise<RollCall>;
}

/** While a message is sent, the others are told so often that its server lives. */
const RENEW_EVERY_MS: Ms = 3 * SECOND_MS;
/** The end of a silence is told that lasted no longer. */
const ENDS_TOLD_FOR_MS: Ms = 7 * DAY_MS;
/** Nobody is told again of an endpoint that has been silent since it was told, not after holidays either. */
const TOLD_FOR_MS: Ms = 60 * DAY_MS;
/** Most deliveries of one run, so that it ends. */
const MOST_A_RUN = 200;
/** Who tries a plan waits no longer than this; how it ended stands in the list. */
const TRY_WAITS_MS: Ms = 8 * SECOND_MS;

/** Makes the flow. `mailer` null: no mail server is configured. */
export function dispatch(deps: {
  store: DispatchStore;
  reports: ReportStore;
  watch: Pick<FleetWatch, 'pulsesAt' | 'lookAt'>;
  post: Poster;
  mailer: Mailer | null;
  now: Clock;
  tryWaitsMs?: Ms;
  onTrouble: (error: unknown) => void;
}): Dispatch {
  const { store, reports, watch, post, mailer, now, tryWaitsMs = TRY_WAITS_MS, onTrouble } = deps;

  async function rollCall(within: Within = null): Promise<RollCall> {
    const at = now();
    return rollCallOf(await watch.pulsesAt(at, within), at);
  }

  async function queueSilences(plan: Plan, silent: readonly SilentEndpoint[]): Promise<void> {
    if (silent.length === 0) return;
    const at = now();
    const told = await store.toldSilences(plan.id, at - TOLD_FOR_MS);
    const taken = new Set(told.map(({ dueAt }) => dueAt));
    for (const silence of untoldSilences(silent, plan, new Set(told.map(silenceKey)), at)) {
      if (silence.since <= plan.createdAt.getTime() || at - silence.since > DAY_MS) continue;
      // The minute, so that servers that look at the same time make it once; another silence may have it already.
      let dueAt = silence.since - (silence.since % MINUTE_MS);
      while (taken.has(dueAt)) dueAt += 2 * OVER_AFTER_MS;
      taken.add(dueAt);
      await store.queue(plan.id, dueAt, silenceMessage(silence, plan, at));
    }
  }

  async function queueEnds(plan: Plan, words: Parameters<typeof isOver>[1]): Promise<void> {
    const at = now();
    for (const told of await store.openSilences(plan.id, at - ENDS_TOLD_FOR_MS)) {
      if (!isOver(told, words)) continue;
      await store.queue(plan.id, told.dueAt + OVER_AFTER_MS, silenceOverMessage(told, plan, at));
    }
  }

  async function messageOf(plan: Plan, dueAt: EpochMs): Promise<Message> {
    if (plan.what === 'silence') {
      const at = now();
      const { silent } = await watch.lookAt(at);
      const endpoints = silent.filter(({ areaId }) => plan.areaId === null || areaId === plan.areaId);
      return silenceMessage(
        { since: Math.min(at, ...endpoints.map((one) => one.silentSince)), endpoints },
        plan,
        at,
      );
    }
    if (plan.what === 'rollCall') {
      const told = (await store.live()).filter(({ what }) => what === 'rollCall').map(({ name }) => name);
      const at = `${wallClockOf(now(), plan.timeZone)}`;
      return rollCallMessage(await rollCall(), told, { lang: plan.lang, at });
    }
    const campaignId = plan.campaignId ?? undefined;
    const report = await makeReport(reports, now, { by: 'endpoint', campaignId, ...datesOf(plan, dueAt) });
    return reportMessage(report, plan.lang);
  }

  async function queueDue(): Promise<void> {
    const plans = await store.live();
    const at = now();
    const isWatched = plans.some(({ what }) => what === 'silence');
    const { words, silent } = isWatched ? await watch.lookAt(at) : { words: [], silent: [] };
    for (const plan of plans) {
      const isSilence = plan.what === 'silence';
      const dueAt = isSilence ? at : lastDueAt(plan, at);
      if (dueAt <= plan.createdAt.getTime() || at - dueAt > DAY_MS) continue;
      try {
        if (isSilence) {
          await queueSilences(plan, silent);
          await queueEnds(plan, words);
        } else if (!(await store.has(plan.id, dueAt)))
          await store.queue(plan.id, dueAt, await messageOf(plan, dueAt));
      } catch (error) {
        onTrouble(error);
      }
    }
  }

  async function attempt({ id, plan, message }: ClaimedDelivery): Promise<AttemptEnd> {
    try {
      if (plan.channel === 'email') {
        if (!mailer) return { outcome: 'unreachable', detail: ATTEMPT_WORDS.noMailServer.en };
        await mailer.send({ to: plan.address, message, deliveryId: id });
        return { outcome: 'sent', detail: ATTEMPT_WORDS.mailTaken.en };
      }
      if (plan.address.startsWith(SEALED)) throw new NotAllowed(ATTEMPT_WORDS.sealed.en);
      const { channel } = plan;
      const answer = await post(outgoingPost({ ...plan, channel }, message, id, now()));
      return wasTaken(channel, answer.status, answer.body)
        ? { outcome: 'sent', detail: `HTTP ${answer.status}` }
        : { outcome: 'refused', detail: refusalDetail(answer.status) };
    } catch (error) {
      if (error instanceof NotAllowed) return { outcome: 'notAllowed', detail: error.message };
      return { outcome: 'unreachable', detail: codeOf(error) };
    }
  }

  async function sendWaiting(): Promise<void> {
    for (let sent = 0; sent < MOST_A_RUN; sent++) {
      const claimed = await store.claim();
      if (!claimed) return;
      await send(claimed);
    }
  }

  async function send(claimed: ClaimedDelivery): Promise<void> {
    const renewing = setInterval(() => void store.renew(claimed).catch(() => {}), RENEW_EVERY_MS);
    const end = await attempt(claimed).finally(() => clearInterval(renewing));
    const isHopeless = end.outcome === 'notAllowed' || now() - claimed.dueAt > GIVE_UP_AFTER_MS;
    await store.finish(claimed, end, isHopeless ? null : pauseAfter(claimed.attempt));
  }

  return {
    rollCall,
    sendWaiting,
    async run() {
      await queueDue();
      await sendWaiting();
    },
    async tryNow(planId) {
      const at = now();
      const id = await store.queue(planId, at, await messageOf(await store.get(planId), at));
      // Somebody else, or a job, may send it already.
      const claimed = id === null ? null : await store.claim(id);
      if (claimed === null) return;
      let isLate = false;
      const sending = send(claimed).catch((error: unknown) => {
        if (!isLate) throw error;
        onTrouble(error);
      });
      await Promise.race([sending, pause(tryWaitsMs, null, { ref: false })]);
      isLate = true;
    },
  };
}

function refusalDetail(status: number): string {
  if (status >= 300 && status <= 399) return `HTTP ${status}: ${ATTEMPT_WORDS.noRedirects.en}`;
  return status >= 200 && status <= 299 ? ATTEMPT_WORDS.robotError.en : `HTTP ${status}`;
}

/** The kind of a network error alone: messages of libraries may hold addresses. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && error.name === 'TimeoutError') return ATTEMPT_WORDS.tooLate.en;
  return /^[A-Z0-9_]{2,40}$/.test(code) ? code : ATTEMPT_WORDS.noConnection.en;
}
