import { DAY_MS, type EpochMs, MINUTE_MS } from '../base/units.ts';
import type { Severity } from '../contract/override.ts';
import type { Aim, Position } from './aim.ts';
import type { Alert, AlertInfo } from './alert.ts';
import type { AlertAction, AlertAreaCode, AlertRule, AlertSettings } from './alert-settings.ts';
import type { Content } from './override.ts';

/** Why an alert, or a part of it, goes on no screen. */
export type AlertReason =
  /** System, Test and Draft are for machines. */
  | 'status'
  | 'scope'
  /** Ack and Error speak to senders. */
  | 'msgType'
  /** A later message that named it came first. */
  | 'superseded'
  | 'expired'
  | 'rule'
  /** No area of it has an endpoint that can show it. */
  | 'noEndpoint'
  /** It names no area that we know: a person decides. */
  | 'noKnownArea'
  | 'nothingToEnd';

/** What one info block comes to. */
export interface AlertPart {
  readonly action: Exclude<AlertAction, 'log'>;
  readonly drill: boolean;
  readonly severity: Severity;
  readonly content: Content;
  readonly aim: Aim;
  readonly notBefore: EpochMs;
  readonly until: EpochMs;
  readonly reason: AlertReason | null;
}

/** What an alert comes to: emergencies to raise, or none, with the reasons. */
export interface AlertJudgement {
  readonly parts: readonly AlertPart[];
  readonly reasons: readonly AlertReason[];
  /** Whether the alerts that it names end, whatever becomes of itself. */
  readonly endsNamed: boolean;
}

/** Decides what becomes of an alert. `isSuperseded`: a later message that names it is here already. */
export function judgeAlert(
  alert: Alert,
  facts: {
    readonly now: EpochMs;
    readonly settings: AlertSettings;
    readonly areas: readonly AlertAreaCode[];
    readonly isSuperseded: boolean;
  },
): AlertJudgement {
  const { status, scope, msgType } = alert;
  const none = (reason: AlertReason): AlertJudgement => ({ parts: [], reasons: [reason], endsNamed: false });
  if (status !== 'Actual' && status !== 'Exercise') return none('status');
  if (scope !== 'Public') return none('scope');
  if (msgType === 'Ack' || msgType === 'Error') return none('msgType');
  if (msgType === 'Cancel') return { parts: [], reasons: [], endsNamed: true };
  if (facts.isSuperseded) return none('superseded');
  const judged = inOneLanguage(alert.infos, facts.settings.languages).map((info) =>
    judgeInfo(info, alert, facts),
  );
  const parts = judged.filter((part) => typeof part !== 'string');
  const reasons = judged.flatMap((part) => (typeof part === 'string' ? part : (part.reason ?? [])));
  return { parts, reasons: [...new Set(reasons)], endsNamed: msgType === 'Update' && parts.length === 0 };
}

/** Several blocks are one event in several languages, or several events: those of the best language present. */
function inOneLanguage(infos: readonly AlertInfo[], languages: readonly string[]): readonly AlertInfo[] {
  for (const wanted of languages) {
    const prefix = wanted.toLowerCase();
    const found = infos.filter(({ language }) => {
      const tag = language.toLowerCase();
      return tag === prefix || tag.startsWith(`${prefix}-`);
    });
    if (found.length > 0) return found;
  }
  return infos.filter(({ language }) => language === infos[0]?.language);
}

function judgeInfo(
  info: AlertInfo,
  { status, sentAt }: Alert,
  { now, settings, areas }: { now: EpochMs; settings: AlertSettings; areas: readonly AlertAreaCode[] },
): AlertPart | AlertReason {
  const notBefore = Math.max(now, info.effectiveAt ?? sentAt);
  const end = info.expiresAt ?? notBefore + settings.minutesWithoutEnd * MINUTE_MS;
  if (end <= notBefore) return 'expired';
  const rule = settings.rules.find((candidate) => means(candidate, info));
  if (!rule || rule.action === 'log') return 'rule';
  const aim = aimOf(info, areas);
  return {
    // Nothing goes everywhere by itself because its places are not known.
    action: aim ? rule.action : 'ask',
    drill: status === 'Exercise',
    severity: severityOf(info.severity),
    content: { text: textOf(info), ...(rule.assetId !== null && { assetId: rule.assetId }) },
    aim: aim ?? { all: true },
    notBefore,
    until: Math.min(end, notBefore + DAY_MS),
    reason: aim ? null : 'noKnownArea',
  };
}

function means(rule: AlertRule, info: AlertInfo): boolean {
  return (
    (!rule.severity || rule.severity.includes(info.severity)) &&
    (!rule.urgency || rule.urgency.includes(info.urgency)) &&
    (!rule.certainty || rule.certainty.includes(info.certainty))
  );
}

function severityOf(severity: AlertInfo['severity']): Severity {
  if (severity === 'Extreme') return 'extreme';
  if (severity === 'Severe') return 'severe';
  return severity === 'Moderate' ? 'moderate' : 'minor';
}

/** Where the info block's areas lie, or null when none of them can be placed. */
function aimOf({ areas }: AlertInfo, known: readonly AlertAreaCode[]): Aim | null {
  const polygons = areas.flatMap((area) =>
    area.polygons.map((ring) => ring.map(([x, y]): Position => [x, y])),
  );
  const circles = areas.flatMap((area) =>
    area.circles.map(({ centre: [x, y], radiusM }) => ({ centre: [x, y] as Position, radiusM })),
  );
  const codes = new Set(
    areas.flatMap((area) => area.geocodes.map((code) => `${code.valueName}\n${code.value}`)),
  );
  const areaIds = [
    ...new Set(
      known.filter(({ valueName, value }) => codes.has(`${valueName}\n${value}`)).map(({ areaId }) => areaId),
    ),
  ];
  if (polygons.length + circles.length + areaIds.length === 0) return null;
  return {
    ...(polygons.length > 0 && { polygons }),
    ...(circles.length > 0 && { circles }),
    ...(areaIds.length > 0 && { areaIds }),
  };
}

const LONGEST_TITLE = 60;
const LONGEST_BODY = 500;

/** The words of an info block as a screen sets them: what it is, then what to do. */
function textOf({ headline, event, description, instruction, language }: AlertInfo) {
  return {
    title: shortened(headline || event, LONGEST_TITLE),
    body: shortened([instruction, description].filter((part) => part !== '').join('\n'), LONGEST_BODY),
    lang: language.slice(0, 35),
  };
}

/** Without control characters and runs of blanks, and never cut inside a character. */
function shortened(text: string, most: number): string {
  const clean = text
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(/[ \u00a0]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim();
  if (clean.length <= most) return clean;
  let kept = '';
  for (const letter of clean) {
    if (kept.length + letter.length > most - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}
