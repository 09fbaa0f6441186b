import { renderSVG } from 'uqr';
import { lonePage } from '../base/lone-page.ts';
import type { Language } from '../base/sentence.ts';
import type { Endpoint } from './endpoint.ts';
import type { EnrolmentOffer } from './player-flow.ts';

/** One box to be prepared: where it will stand, and what makes it that endpoint's player. */
export interface SheetRow {
  readonly endpoint: Pick<Endpoint, 'code' | 'name' | 'kind' | 'area'>;
  readonly offer: EnrolmentOffer;
}

/** The address that a browser player opens once to join: the token is behind the #, so that no server logs it. */
export function enrolmentAddress(publicUrl: string, { endpoint, offer }: SheetRow): string {
  const kind = endpoint.kind === 'screen' ? '' : `?kind=${endpoint.kind}`;
  return `${publicUrl.replace(/\/+$/, '')}/player/${kind}#enrol=${offer.token}`;
}

/** The sheet as CSV (RFC 4180, UTF-8 with BOM, as Excel wants it): the token first, for scripts that cut it out. */
export function enrolmentCsv(rows: readonly SheetRow[], publicUrl: string): string {
  const lines = rows.map((row) => {
    const { endpoint, offer } = row;
    const until = new Date(offer.expiresAt).toISOString();
    const { code, name, area, kind } = endpoint;
    return [offer.token, code, name, area, kind, enrolmentAddress(publicUrl, row), until]
      .map(cellOf)
      .join(',');
  });
  return `\uFEFFtoken,code,name,area,kind,address,valid_until\r\n${lines.join('\r\n')}\r\n`;
}

const WORDS = {
  zh: {
    title: '播放器注册码',
    lead: '每码只用一次，用后作废。请勿转发或张贴；用完即销毁本页。',
    until: '有效期至',
  },
  en: {
    title: 'Enrolment codes of players',
    lead: 'Each code works once. Do not pass this sheet on or put it up; destroy it when all boxes are at work.',
    until: 'Valid until',
  },
} as const;

/** The sheet as a page to print, by itself: one box a card, with a QR code of its address. */
export function enrolmentPage(rows: readonly SheetRow[], publicUrl: string, lang: Language): string {
  const words = WORDS[lang];
  const until = rows[0] ? new Date(rows[0].offer.expiresAt).toISOString().slice(0, 16).replace('T', ' ') : '';
  const cards = rows.map((row) => {
    const { code, name, area } = row.endpoint;
    const picture = renderSVG(enrolmentAddress(publicUrl, row), { ecc: 'M', border: 2 });
    return (
      `<li>${picture}<b>${escaped(code)}</b> ${escaped(name)}<br>${escaped(area)}` +
      `<code>${escaped(row.offer.token)}</code></li>`
    );
  });
  return lonePage({
    lang,
    title: words.title,
    style: STYLE,
    body:
      `<h1>${words.title}</h1><p>${words.lead} ${words.until} ${until} UTC</p>` +
      `<ol>${cards.join('')}</ol>`,
  });
}

const STYLE =
  'body{font:12px/1.4 system-ui,"Noto Sans CJK SC",sans-serif;margin:12mm}h1{font-size:18px;margin:0}' +
  'ol{display:grid;grid-template-columns:repeat(3,1fr);gap:6mm;list-style:none;padding:0}' +
  'li{break-inside:avoid;border:1px solid #999;padding:3mm;overflow-wrap:anywhere}' +
  'svg{display:block;width:38mm;height:38mm;margin:0 auto 2mm}code{display:block;font-size:9px;margin-top:1mm}';

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A cell, so that no spreadsheet takes it for a formula. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
