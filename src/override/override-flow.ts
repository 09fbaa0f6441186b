import type { Role } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, type EpochMs, MINUTE_MS } from '../base/units.ts';
import { refuseOutside, type Within } from '../base/within.ts';
import { STATE_NAMES } from '../catalogue/state-names.ts';
import type { Severity } from '../contract/override.ts';
import { type Aim, aimedAt } from './aim.ts';
import {
  afterEnding,
  airtimeOf,
  type Content,
  checkConfirm,
  checkRole,
  noEndpoints,
  type OverrideDraft,
  type OverridePreview,
  PROPOSAL_LIFE_MS,
} from './override.ts';
import { overrideBounds } from './override-bounds-flow.ts';
import type { OverrideStore, StoredOverride } from './override-store.ts';
import type { PlaceFacts, PlaceFactsStore } from './place-facts-store.ts';
import { type Apportioned, apportion } from './statement.ts';
import type { TemplateStore } from './template-store.ts';

/** Who acts: a signed-in person, or a rule on behalf of the sender of an alert. */
export interface Actor {
  readonly id: string;
  readonly role: Role;
  /** The endpoints that they may deal with; absent or null: all. */
  readonly within?: Within;
}

/** What somebody else than a signed-in person wants on the air: a rule that an alert met. */
export interface RuleDraft {
  readonly content: Content;
  readonly severity: Severity;
  readonly drill: boolean;
  readonly aim: Aim;
  readonly notBefore: EpochMs;
  readonly until: EpochMs;
  readonly replaces: readonly number[];
  /** Whether it goes on the air at once or waits for a person, until its end. */
  readonly isConfirmed: boolean;
  /** Names the cause; the same one raises it once. */
  readonly causeKey: string;
  /** For the audit log: which alert. */
  readonly cause: Readonly<Record<string, unknown>>;
}

/** Raises emergencies and ends them. */
export interface OverrideFlow {
  /** What a draft would reach. @throws Refusal as {@link OverrideFlow.raise} */
  preview(draft: OverrideDraft, within?: Within): Promise<OverridePreview>;
  /**
   * Makes a proposal, or goes on the air at once when the template is approved.
   * @throws Refusal role.insufficient, template.unknown, template.notApproved, group.unknown, asset.unknown,
   * override.materialNotReady, override.noEndpoints, override.badEnd, remit.outside
   */
  raise(draft: OverrideDraft, by: Actor): Promise<StoredOverride>;
  /** As {@link OverrideFlow.raise}, for a rule. Null when it would reach no endpoint. */
  raiseByRule(draft: RuleDraft, actor: string): Promise<StoredOverride | null>;
  /** Ends one as {@link OverrideFlow.end} does, for a rule; one that is over already stays so. */
  endByRule(id: number, actor: string, reason: string): Promise<void>;
  /** @throws Refusal override.unknown, role.insufficient, override.notProposed, override.ownProposal, override.badEnd */
  confirm(id: number, by: Actor): Promise<StoredOverride>;
  /** Withdraws a live one, dismisses a proposal. @throws Refusal override.unknown, role.insufficient, override.notLive */
  end(id: number, by: Actor, reason: string | null): Promise<StoredOverride>;
}

/** What a draft comes to. */
interface Resolved extends Apportioned {
  readonly content: Content;
  readonly severity: Severity;
  readonly isPreApproved: boolean;
  readonly aimed: readonly PlaceFacts[];
}

/** Makes the flow. `onChanged` gets every override that changed, right after the commit. */
export function overrideFlow(deps: {
  store: OverrideStore;
  facts: PlaceFactsStore;
  templates: Pick<TemplateStore, 'get'>;
  now: Clock;
  onChanged: (changed: readonly StoredOverride[]) => Promise<void>;
}): OverrideFlow {
  const { store, facts, templates, now, onChanged } = deps;
  const hold = overrideBounds(store, facts);

  async function contentOf(draft: OverrideDraft) {
    const { templateId, content, severity } = draft;
    if (templateId === undefined) {
      if (!content || !severity) throw new Error('a draft without template has content and severity');
      return { content, severity, isPreApproved: false };
    }
    const template = await templates.get(templateId);
    if (template.state !== 'approved') {
      throw new Refusal('template.notApproved', {
        en: `Template ${templateId} is ${template.state}; only approved ones can be used.`,
        zh: `应急模板 ${templateId} 的状态是“${STATE_NAMES[template.state].zh}”，只能使用已通过审核的模板。`,
      });
    }
    return { content: template.content, severity: template.severity, isPreApproved: true, template };
  }

  async function reach(content: Content, aim: Aim) {
    const [places, rules, files] = await Promise.all([
      facts.places(),
      facts.groupRules(aim.groupIds ?? []),
      content.assetId === undefined ? [] : facts.readyFiles(content.assetId),
    ]);
    const aimed = aimedAt(aim, places, rules);
    return { aimed, ...apportion(content, aimed, files) };
  }

  async function resolve(draft: OverrideDraft, within: Within = null): Promise<Resolved> {
    const { template, ...what } = await contentOf(draft);
    const times = timesOf(draft);
    const { from, until } = airtimeOf(times, now());
    if (template && until - from > template.mostMinutes * MINUTE_MS) {
      throw new Refusal('override.badEnd', {
        en: `This template allows ${template.mostMinutes} minutes at most.`,
        zh: `此应急模板最长允许 ${template.mostMinutes} 分钟，请缩短时长。`,
      });
    }
    const reached = await reach(what.content, draft.aim);
    refuseOutside(within, reached.aimed, 'aim');
    return { ...what, ...reached };
  }

  async function changed(rows: readonly StoredOverride[]): Promise<StoredOverride> {
    const [own] = rows;
    if (!own) throw new Error('a change changed nothing');
    // This server's players need not wait until the others are told.
    await Promise.all([onChanged(rows), store.ring(rows)]);
    return own;
  }

  async function end(id: number, by: Actor, reason: string | null): Promise<StoredOverride> {
    await hold(id, by.within);
    const rows = await store.change(id, (override) => {
      const at = now();
      const state = afterEnding(override, by, at);
      return {
        change: { state, endedBy: by.id, endedAt: at, endReason: reason },
        entry: {
          at,
          actor: by.id,
          action: state === 'withdrawn' ? 'override.withdraw' : 'override.dismiss',
          subject: `override ${id}`,
          detail: { ...(reason !== null && { reason }), drill: override.drill },
        },
      };
    });
    return changed(rows);
  }

  return {
    async preview(draft, within) {
      const { aimed, parts, unreached, isPreApproved } = await resolve(draft, within);
      const byId = new Map(aimed.map((place) => [place.id, place]));
      const placeOf = (id: number) => {
        const place = byId.get(id);
        if (!place) throw new Error('a part names an endpoint outside the aim');
        return { endpointId: id, code: place.code, name: place.name, kind: place.kind };
      };
      const drawn = draft.aim.circles !== undefined || draft.aim.polygons !== undefined;
      const nowhere = drawn ? (await facts.places()).filter(({ longitude }) => longitude === null) : [];
      return {
        needsConfirmation: !isPreApproved,
        targets: parts.flatMap(({ show, endpoints }) =>
          endpoints.map((id) => ({ ...placeOf(id), shows: show.kind })),
        ),
        unreached: unreached.map(({ endpointId, reason }) => ({ ...placeOf(endpointId), reason })),
        withoutCoordinates: nowhere.length,
      };
    },

    async raise(draft, by) {
      checkRole(by.role);
      const { content, severity, isPreApproved, parts, unreached } = await resolve(draft, by.within);
      if (parts.length === 0) throw noEndpoints();
      const at = now();
      const times = timesOf(draft);
      const airtime = isPreApproved ? airtimeOf(times, at) : { from: null, until: times.until };
      const rows = await store.create(
        {
          state: isPreApproved ? 'live' : 'proposed',
          severity,
          drill: draft.drill,
          content,
          aim: draft.aim,
          parts,
          unreached: unreached.map(({ endpointId, reason }) => [endpointId, reason] as const),
          templateId: draft.templateId ?? null,
          replaces: [],
          causeKey: null,
          minutes: times.minutes,
          fromAt: airtime.from,
          untilAt: airtime.until,
          proposedBy: by.id,
          proposedAt: at,
          lapsesAt: at + PROPOSAL_LIFE_MS,
          confirmedBy: isPreApproved ? by.id : null,
          confirmedAt: isPreApproved ? at : null,
        },
        (id) => ({
          at,
          actor: by.id,
          action: isPreApproved ? 'override.raise' : 'override.propose',
          subject: `override ${id}`,
          detail: { ...draft, endpoints: countOf(parts) },
        }),
      );
      return changed(rows);
    },

    async raiseByRule(draft, actor) {
      const { parts, unreached } = await reach(draft.content, draft.aim);
      if (parts.length === 0) return null;
      const at = now();
      const { isConfirmed, cause, notBefore, until, ...what } = draft;
      const airtime = airtimeOf({ minutes: null, until, notBefore }, at);
      const rows = await store.create(
        {
          ...what,
          state: isConfirmed ? 'live' : 'proposed',
          parts,
          unreached: unreached.map(({ endpointId, reason }) => [endpointId, reason] as const),
          templateId: null,
          minutes: null,
          fromAt: airtime.from,
          untilAt: airtime.until,
          proposedBy: actor,
          proposedAt: at,
          lapsesAt: airtime.until,
          confirmedBy: isConfirmed ? actor : null,
          confirmedAt: isConfirmed ? at : null,
        },
        (id) => ({
          at,
          actor,
          action: isConfirmed ? 'override.raise' : 'override.propose',
          subject: `override ${id}`,
          detail: { ...cause, drill: what.drill, severity: what.severity, endpoints: countOf(parts) },
        }),
      );
      return changed(rows);
    },

    async confirm(id, by) {
      await hold(id, by.within);
      const confirmation = await store.confirmation();
      const rows = await store.change(id, (override) => {
        const at = now();
        checkConfirm(override, by, confirmation, at);
        const { minutes, untilAt, fromAt, parts } = override;
        const airtime = airtimeOf({ minutes, until: untilAt, notBefore: fromAt }, at);
        return {
          change: {
            state: 'live',
            fromAt: airtime.from,
            untilAt: airtime.until,
            confirmedBy: by.id,
            confirmedAt: at,
          },
          entry: {
            at,
            actor: by.id,
            action: 'override.confirm',
            subject: `override ${id}`,
            detail: { proposedBy: override.proposedBy, drill: override.drill, endpoints: countOf(parts) },
          },
        };
      });
      return changed(rows);
    },

    async endByRule(id, actor, reason) {
      try {
        await end(id, { id: actor, role: 'operator' }, reason);
      } catch (error) {
        if (!(error instanceof Refusal && error.code === 'override.notLive')) throw error;
      }
    },

    end,
  };
}

function timesOf({ minutes, until }: OverrideDraft) {
  return {
    minutes: minutes ?? null,
    until: until === undefined ? null : Date.parse(until),
    notBefore: null,
  };
}

function countOf(parts: Apportioned['parts']): number {
  return parts.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
}
