import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { Effect } from './effect.ts';
import type { Moment } from './player-event.ts';
import type { Errand, ErrandState, PlayerState, Trouble } from './player-state.ts';
import { correctedMs } from './server-time.ts';

/** How much earlier than asked an alarm may ring and still count as on time: timers round down. */
export const SNAP_MS: Ms = 2;
/** Most troubles held for the next health report; the oldest go first. */
const KEPT_TROUBLES = 30;
/** How many stay to be seen at the box. */
const LATEST_TROUBLES = 4;

/**
 * One step in the making: the only mutable thing in the core, born and gone inside `step`. Handlers replace
 * `state` and add effects.
 */
export class Turn {
  state: PlayerState;
  readonly effects: Effect[] = [];
  readonly at: Moment;

  constructor(state: PlayerState, at: Moment) {
    this.state = state;
    this.at = at;
  }

  /** Corrected time now. */
  get nowMs(): EpochMs {
    return correctedMs(this.state.time, this.at.monoMs);
  }

  /** Replaces some fields of the state. */
  set(change: Partial<PlayerState>): void {
    this.state = { ...this.state, ...change };
  }

  /** Asks the body for something. */
  do(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Replaces some fields of an errand. */
  errand(name: Errand, change: Partial<ErrandState>): void {
    const errands = { ...this.state.errands, [name]: { ...this.state.errands[name], ...change } };
    this.set({ errands });
  }

  /** Makes an errand due after `pauseMs`, and its run of failures over. */
  succeed(name: Errand, pauseMs: Ms): void {
    this.errand(name, { inFlight: false, failures: 0, dueMonoMs: this.at.monoMs + pauseMs });
  }

  /** Makes an errand due after its back-off: `firstMs` doubled for each failure in a row, jittered. */
  fail(name: Errand, firstMs: Ms): void {
    this.#failed(name, firstMs, 0.75 + 0.5 * this.at.random);
  }

  /** The same, spread over the whole pause: for what befalls a whole fleet in one instant. */
  failSpread(name: Errand, firstMs: Ms): void {
    this.#failed(name, firstMs, this.at.random);
  }

  #failed(name: Errand, firstMs: Ms, share: number): void {
    const failures = this.state.errands[name].failures + 1;
    const pause = Math.min(firstMs * 2 ** Math.min(failures - 1, 20), this.state.config.slowestMs);
    this.errand(name, { inFlight: false, failures, dueMonoMs: this.at.monoMs + pause * share });
  }

  /** Makes an errand due at the slowest pace. */
  slow(name: Errand): void {
    const failures = this.state.errands[name].failures + 1;
    const pause = this.jittered(this.state.config.slowestMs);
    this.errand(name, { inFlight: false, failures, dueMonoMs: this.at.monoMs + pause });
  }

  /** A pause spread evenly over ±25 %, so that a fleet never asks in step. */
  jittered(pauseMs: Ms): Ms {
    return pauseMs * (0.75 + 0.5 * this.at.random);
  }

  /**
   * When a finished play is due to be told: at a moment of chance within `reportMs`. Clips change all over a fleet in one
   * instant, and a pause that is about the same for all would bring their reports in one wave.
   */
  reportDueMonoMs(): Ms {
    return this.at.monoMs + this.state.config.reportMs * this.at.random;
  }

  /** Notes a trouble for the next health report and for the panel; the same in a row is told once. */
  trouble(code: string, detail: string): void {
    const trouble: Trouble = { atMs: this.nowMs, code: code.slice(0, 64), detail: detail.slice(0, 500) };
    const { troubles, latestTroubles } = this.state;
    this.set({
      troubles: withTrouble(troubles, trouble, KEPT_TROUBLES),
      latestTroubles: withTrouble(latestTroubles, trouble, LATEST_TROUBLES),
    });
  }
}

function withTrouble(before: readonly Trouble[], trouble: Trouble, most: number): readonly Trouble[] {
  const last = before.at(-1);
  const isSame = last?.code === trouble.code && last.detail === trouble.detail;
  return [...(isSame ? before.slice(0, -1) : before), trouble].slice(-most);
}
