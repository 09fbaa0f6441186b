import type { EpochMs, Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { StageEffect } from '../core/effect.ts';
import type { RestCause } from '../core/playback.ts';
import type { PlayerClock } from '../core/ports.ts';
import { pageElement } from './page-element.ts';

/** How long a calm view takes to come over a picture. */
const FADE_MS: Ms = 700;

/** What the screen shows when no material is on. Each `show` resolves when it covers everything beneath. */
export interface Views {
  rest(cause: RestCause): Promise<void>;
  code(offer: Extract<StageEffect, { type: 'stage.code' }>): Promise<void>;
  text(words: Extract<StageEffect, { type: 'stage.text' }>): Promise<void>;
  /** A message to staff about the page itself; `lines` may name something to type, after a line break. */
  message(title: string, lines: readonly string[]): Promise<void>;
  /** Material is on: no view covers it, but for the standby picture while there is only sound. */
  clear(soundOnly: boolean): void;
}

/** What the standby picture says to staff, in small letters; nothing to the public. */
const REST_WORDS: Readonly<Record<RestCause, string>> = {
  unpaired: '正在连接服务器 · Connecting to the server',
  noProgramme: '正在获取节目单 · Waiting for the programme',
  noMedia: '正在下载素材 · Fetching material',
  gap: '',
  closed: '',
};

/** A longer text gets smaller letters. */
const LONG_TEXT = 90;

/** The views of the page. `serverNowMs` is the corrected time, `box` what this box is called. */
export function pageViews(
  clock: PlayerClock,
  serverNowMs: () => EpochMs,
  page: { readonly address: string; readonly box: string },
): Views {
  const all = ['view-dark', 'view-standby', 'view-pairing', 'view-emergency', 'view-message'];
  const views = new Map(all.map((id) => [id, pageElement(id, HTMLElement)]));
  let cancelCountdown = (): void => undefined;

  function show(id: string | null, how: 'soft' | 'hard'): Promise<void> {
    cancelCountdown();
    for (const [name, view] of views) {
      const isOn = name === id;
      view.classList.toggle('soft', isOn && how === 'soft');
      // A view that comes softly starts from nothing; one that goes makes room at once.
      if (isOn && !view.classList.contains('on')) view.getBoundingClientRect();
      view.classList.toggle('on', isOn);
    }
    if (how === 'hard') return Promise.resolve();
    return new Promise((resolve) => void clock.alarm(clock.monoMs() + FADE_MS, resolve));
  }

  function set(id: string, text: string): void {
    pageElement(id, HTMLElement).textContent = text;
  }

  return {
    rest(cause) {
      set('standby-state', REST_WORDS[cause]);
      return show(cause === 'closed' ? 'view-dark' : 'view-standby', 'soft');
    },

    code({ code, expiresAt, qr }) {
      const halves = [code.slice(0, code.length / 2), code.slice(code.length / 2)];
      pageElement('pairing-code', HTMLElement).replaceChildren(...halves.map(span));
      pageElement('pairing-code', HTMLElement).dataset.code = code;
      const picture = pageElement('pairing-qr', HTMLImageElement);
      picture.hidden = qr === undefined;
      if (qr !== undefined) picture.src = `data:image/svg+xml,${encodeURIComponent(qr)}`;
      set('pairing-address', page.address);
      set('pairing-box', page.box);
      const bar = pageElement('pairing-bar', HTMLElement);
      const covered = show('view-pairing', 'hard');
      const wholeMs = Math.max(SECOND_MS, expiresAt - serverNowMs());
      const count = () => {
        const leftMs = Math.max(0, expiresAt - serverNowMs());
        const left = Math.ceil(leftMs / SECOND_MS);
        const clockFace = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
        const words = left > 0 ? `${clockFace} 后自动更换 · renews by itself` : '正在更换 · renewing';
        set('pairing-left', words);
        bar.style.transform = `scaleX(${Math.min(1, leftMs / wholeMs)})`;
        cancelCountdown = clock.alarm(clock.monoMs() + SECOND_MS, count);
      };
      count();
      return covered;
    },

    text({ title, body, lang, drill }) {
      const view = pageElement('view-emergency', HTMLElement);
      view.lang = lang;
      view.toggleAttribute('data-drill', drill);
      view.dataset.length = title.length * 2 + body.length > LONG_TEXT ? 'long' : 'short';
      set('emergency-title', title);
      set('emergency-body', body);
      return show('view-emergency', 'hard');
    },

    message(title, lines) {
      set('message-title', title);
      pageElement('message-lines', HTMLElement).replaceChildren(
        ...lines.map((line) => {
          const [words = '', toType] = line.split('\n');
          const element = document.createElement('p');
          element.append(words);
          if (toType) element.append(Object.assign(document.createElement('code'), { textContent: toType }));
          return element;
        }),
      );
      return show('view-message', 'hard');
    },

    clear(soundOnly) {
      if (!soundOnly) void show(null, 'hard');
      else void this.rest('gap');
    },
  };
}

function span(text: string): HTMLElement {
  return Object.assign(document.createElement('span'), { textContent: text });
}
