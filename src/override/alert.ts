import { Refusal, type RefusalPart } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { EpochMs } from '../base/units.ts';
import type { Position } from './aim.ts';
import type { XmlElement } from './alert-xml.ts';

const STATUSES = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const;
const MSG_TYPES = ['Alert', 'Update', 'Cancel', 'Ack', 'Error'] as const;
const SCOPES = ['Public', 'Restricted', 'Private'] as const;
/** CAP's words, OASIS CAP 1.2 §3.2.2. */
export const URGENCIES = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
/** See {@link URGENCIES}. */
export const SEVERITIES = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
/** See {@link URGENCIES}. */
export const CERTAINTIES = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;

/** An alert of another system (OASIS CAP 1.2), as far as screens care. */
export interface Alert {
  readonly sender: string;
  readonly identifier: string;
  readonly sentAt: EpochMs;
  readonly status: (typeof STATUSES)[number];
  readonly msgType: (typeof MSG_TYPES)[number];
  readonly scope: (typeof SCOPES)[number];
  readonly references: readonly AlertName[];
  readonly infos: readonly AlertInfo[];
}

/** What names an alert among all alerts. */
export type AlertName = Pick<Alert, 'sender' | 'identifier' | 'sentAt'>;

/** One `info` block: an event in one language, with its places. */
export interface AlertInfo {
  /** BCP 47; CAP's default is en-US. */
  readonly language: string;
  readonly event: string;
  readonly urgency: (typeof URGENCIES)[number];
  readonly severity: (typeof SEVERITIES)[number];
  readonly certainty: (typeof CERTAINTIES)[number];
  readonly headline: string;
  readonly description: string;
  readonly instruction: string;
  readonly effectiveAt: EpochMs | null;
  readonly onsetAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  readonly areas: readonly AlertArea[];
}

/** One `area` block: what any of its parts means. */
export interface AlertArea {
  readonly areaDesc: string;
  readonly polygons: readonly (readonly Position[])[];
  readonly circles: readonly { readonly centre: Position; readonly radiusM: number }[];
  readonly geocodes: readonly { readonly valueName: string; readonly value: string }[];
}

const MOST_POSITIONS = 1_000;
const LARGEST_RADIUS_KM = 500;

/** A name as one text, equal for equal names whatever offset the time was written with. */
export function alertKey({ sender, identifier, sentAt }: AlertName): string {
  return `${sender},${identifier},${new Date(sentAt).toISOString()}`;
}

/**
 * The alert in a CAP document. Identifiers stay text, digit for digit.
 * @throws Refusal alert.unreadable with every fault found, each with its place
 */
export function alertOf(root: XmlElement): Alert {
  const faults: RefusalPart[] = [];
  const read = reader(faults);
  const alert: Alert = {
    sender: read.name(root, 'sender'),
    identifier: read.name(root, 'identifier'),
    sentAt: read.instant(root, 'sent', true) ?? 0,
    status: read.word(root, 'status', STATUSES),
    msgType: read.word(root, 'msgType', MSG_TYPES),
    scope: read.word(root, 'scope', SCOPES),
    references: read.references(root),
    infos: root.children.filter(({ name }) => name === 'info').map((info) => infoOf(info, read)),
  };
  const speaksOfOthers = alert.msgType === 'Update' || alert.msgType === 'Cancel';
  if (speaksOfOthers && alert.references.length === 0)
    faults.push({
      where: 'references',
      message: {
        en: `is missing, and a message of type ${alert.msgType} needs it`,
        zh: `缺少此项，${alert.msgType} 类型的消息必须有`,
      },
    });
  if (faults.length > 0) {
    const [first] = faults;
    const sentence = {
      en: `The alert is not valid CAP 1.2: ${first?.where} ${first?.message.en}.`,
      zh: `预警不是有效的 CAP 1.2：${first?.where} ${first?.message.zh}。`,
    };
    throw new Refusal('alert.unreadable', sentence, faults.slice(0, 50));
  }
  return alert;
}

type Reader = ReturnType<typeof reader>;

function infoOf(info: XmlElement, read: Reader): AlertInfo {
  return {
    language: read.text(info, 'language') || 'en-US',
    event: read.needed(info, 'event'),
    urgency: read.word(info, 'urgency', URGENCIES),
    severity: read.word(info, 'severity', SEVERITIES),
    certainty: read.word(info, 'certainty', CERTAINTIES),
    headline: read.text(info, 'headline'),
    description: read.text(info, 'description'),
    instruction: read.text(info, 'instruction'),
    effectiveAt: read.instant(info, 'effective', false),
    onsetAt: read.instant(info, 'onset', false),
    expiresAt: read.instant(info, 'expires', false),
    areas: info.children.filter(({ name }) => name === 'area').map((area) => areaOf(area, read)),
  };
}

function areaOf(area: XmlElement, read: Reader): AlertArea {
  const every = (name: string) => area.children.filter((child) => child.name === name);
  return {
    areaDesc: read.needed(area, 'areaDesc'),
    polygons: every('polygon').map(({ text }) => read.polygon(text)),
    circles: every('circle').map(({ text }) => read.circle(text)),
    geocodes: every('geocode').map((code) => ({
      valueName: read.needed(code, 'valueName'),
      value: read.needed(code, 'value'),
    })),
  };
}

/** Reads fields and notes what is wrong with them, so that all faults are told at once. */
function reader(faults: RefusalPart[]) {
  const fault = (where: string, message: Sentence): void => void faults.push({ where, message });

  function text(of: XmlElement, name: string): string {
    const found = of.children.filter((child) => child.name === name);
    if (found.length > 1) fault(name, { en: 'is there more than once', zh: '出现了多次' });
    return found[0]?.text ?? '';
  }
  function needed(of: XmlElement, name: string): string {
    const value = text(of, name);
    if (value === '') fault(name, { en: 'is missing', zh: '缺少此项' });
    return value;
  }
  function instantOf(value: string): EpochMs | null {
    // §3.3.2 asks for a numeric offset; Z is taken too, since many senders write it.
    const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/.test(value);
    const at = isInstant ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? null : at;
  }
  function pair(value: string): Position | null {
    const [, lat, lon] = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(value) ?? [];
    const [y, x] = [Number(lat), Number(lon)];
    return lat !== undefined && Math.abs(y) <= 90 && Math.abs(x) <= 180 ? [x, y] : null;
  }

  return {
    text,
    needed,
    /** A sender or an identifier: no space, comma, < or &, §3.2.1. */
    name(of: XmlElement, name: string): string {
      const value = needed(of, name);
      if (value.length > 256 || /[\s,<&\p{Cc}]/u.test(value))
        fault(name, {
          en: 'has a space, a comma, < or &, or more than 256 characters',
          zh: '含有空格、逗号、< 或 &，或超过 256 个字符',
        });
      return value;
    },
    word<const W extends string>(of: XmlElement, name: string, words: readonly W[]): W {
      const value = needed(of, name);
      const found = words.find((word) => word === value);
      if (found === undefined && value !== '')
        fault(name, { en: `is none of ${words.join(', ')}`, zh: `不是以下之一：${words.join('、')}` });
      return found ?? (words[0] as W);
    },
    instant(of: XmlElement, name: string, isNeeded: boolean): EpochMs | null {
      const value = isNeeded ? needed(of, name) : text(of, name);
      if (value === '') return null;
      const at = instantOf(value);
      if (at === null)
        fault(name, {
          en: 'is no time such as 2027-02-05T19:00:00+08:00',
          zh: '不是 2027-02-05T19:00:00+08:00 这样的时间',
        });
      return at;
    },
    /** `sender,identifier,sent` with white space between, §3.2.1. */
    references(of: XmlElement): AlertName[] {
      const words = text(of, 'references')
        .split(/\s+/)
        .filter((word) => word !== '');
      return words.flatMap((word) => {
        const [sender = '', identifier = '', sent = '', more] = word.split(',');
        const sentAt = instantOf(sent);
        if (sentAt !== null && sender && identifier && more === undefined)
          return [{ sender, identifier, sentAt }];
        fault('references', {
          en: `has ${word.slice(0, 100)}, which is not sender,identifier,sent`,
          zh: `含有 ${word.slice(0, 100)}，不是 sender,identifier,sent 的形式`,
        });
        return [];
      });
    },
    /** `lat,lon` pairs, at least four, the last equal to the first, §3.2.4. */
    polygon(value: string): Position[] {
      const words = value.split(/\s+/);
      const ring = words.slice(0, MOST_POSITIONS).flatMap((word) => {
        const position = pair(word);
        return position ? [position] : [];
      });
      const [first, last] = [ring[0], ring.at(-1)];
      const isClosed = first?.[0] === last?.[0] && first?.[1] === last?.[1];
      if (ring.length !== words.length || ring.length < 4 || !isClosed)
        fault('polygon', {
          en: `is no closed ring of 4 to ${MOST_POSITIONS} positions lat,lon`,
          zh: `不是由 4 到 ${MOST_POSITIONS} 个“纬度,经度”组成的闭合多边形`,
        });
      return ring;
    },
    /** `lat,lon radius`, the radius in kilometres, §3.2.4. */
    circle(value: string): { centre: Position; radiusM: number } {
      const [, centreWord = '', radius = ''] = /^(\S+)\s+(\d+(?:\.\d+)?)$/.exec(value) ?? [];
      const centre = pair(centreWord);
      const isRight = centre !== null && radius !== '' && Number(radius) <= LARGEST_RADIUS_KM;
      if (!isRight)
        fault('circle', {
          en: `is not lat,lon and a radius of at most ${LARGEST_RADIUS_KM} km`,
          zh: `不是“纬度,经度”加不超过 ${LARGEST_RADIUS_KM} 公里的半径`,
        });
      return { centre: centre ?? [0, 0], radiusM: Math.max(Number(radius) * 1_000, 1) };
    },
  };
}
