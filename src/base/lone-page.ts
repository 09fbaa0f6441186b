import { hash } from 'node:crypto';
import type { Language } from './sentence.ts';

/**
 * A page that stands alone, to print: nothing on it runs or loads, and its policy lets in its own style sheet by the hash
 * alone, so that no style attribute or second sheet has an effect. `title` and `body` are markup.
 */
export function lonePage(page: {
  readonly lang: Language;
  readonly title: string;
  readonly style: string;
  readonly body: string;
}): string {
  const { lang, title, style, body } = page;
  const policy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'`;
  return (
    `<!doctype html><html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${policy}"><title>${title}</title>` +
    `<style>${style}</style></head><body>${body}</body></html>`
  );
}
