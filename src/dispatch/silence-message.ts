import { wallClockOf } from '../base/local-time.ts';
import { type EpochMs, MINUTE_MS } from '../base/units.ts';
import type { Message } from './message.ts';
import { countsByArea, type Silence, type ToldSilence } from './silence.ts';

const MOST_NAMED = 40;

/** In which language and by whose clock somebody is told. */
interface Frame {
  readonly lang: 'zh' | 'en';
  readonly timeZone: string;
}

function headOf(silence: Pick<ToldSilence, 'since' | 'endpoints'>, { lang, timeZone }: Frame) {
  const zh = lang === 'zh';
  const areas = countsByArea(silence);
  const inAreas = areas.map(({ area, count }) => `${area} ${count}`).join(zh ? '、' : ', ');
  return { zh, clock: wallClockOf(silence.since, timeZone), areas, inAreas };
}

/** That endpoints fell silent: how many in which areas, since when, and which. */
export function silenceMessage(silence: Silence, frame: Frame, now: EpochMs): Message {
  const { since, endpoints } = silence;
  const { zh, clock, areas, inAreas } = headOf(silence, frame);
  const minutes = Math.floor((now - since) / MINUTE_MS);
  const rest = endpoints.length - MOST_NAMED;
  return {
    title: silenceTitle(endpoints.length, inAreas, zh),
    lines: [
      zh ? `自 ${clock} 起，已持续 ${minutes} 分钟` : `Since ${clock}, for ${minutes} minutes`,
      ...(endpoints.length > 1
        ? [
            zh
              ? '几乎同时失联，多为供电、网络或服务器前置代理的问题，请先查这些。'
              : 'They fell silent almost together: look first at power, the network and the proxy in front of the server.',
          ]
        : []),
      ...endpoints.slice(0, MOST_NAMED).map(({ code, name, area }) => `· ${code} ${name}（${area}）`),
      ...(rest > 0 ? [zh ? `……另有 ${rest} 个` : `… and ${rest} more`] : []),
    ],
    data: {
      kind: 'silence',
      since: new Date(since).toISOString(),
      areas,
      silent: endpoints.map(({ endpointId, code, name, area, lastSeenAt }) => ({
        ...{ endpointId, code, name, area },
        lastSeenAt: new Date(lastSeenAt).toISOString(),
      })),
    },
    attachment: null,
  };
}

/** That all endpoints of a silence are back: how many in which areas, and how long it lasted at most. */
export function silenceOverMessage(silence: ToldSilence, frame: Frame, now: EpochMs): Message {
  const { since, endpoints } = silence;
  const { zh, clock, areas, inAreas } = headOf(silence, frame);
  const minutes = Math.ceil((now - since) / MINUTE_MS);
  const count = endpoints.length;
  const all = count === 1 ? 'The silent endpoint is back' : `All ${count} silent endpoints are back`;
  return {
    title: zh ? `${count} 个失联终端已全部恢复：${inAreas}` : `${all}: ${inAreas}`,
    lines: [
      zh
        ? `自 ${clock} 起失联，历时不超过 ${minutes} 分钟`
        : `Silent since ${clock}, for ${minutes} minutes at most`,
    ],
    data: {
      kind: 'silenceOver',
      since: new Date(since).toISOString(),
      areas,
      back: endpoints.map(({ endpointId }) => endpointId),
    },
    attachment: null,
  };
}

function silenceTitle(count: number, inAreas: string, zh: boolean): string {
  if (count === 0) return zh ? '没有失联的终端' : 'No endpoint is silent';
  if (zh) return `${count} 个终端失联：${inAreas}`;
  return `${count} endpoint${count === 1 ? '' : 's'} silent: ${inAreas}`;
}
