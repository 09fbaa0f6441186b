import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { lonePage } from '../../src/base/lone-page.ts';

const PAGE = { lang: 'en', title: 't', style: 'b{color:red}', body: '<b>text</b>' } as const;

describe('lonePage', () => {
  test('lets in its own style sheet by the hash of what stands in it, and nothing else', () => {
    const html = lonePage(PAGE);
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(html) ?? [];
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(style).toBe(PAGE.style);
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'`);
    expect(html.indexOf('http-equiv')).toBeLessThan(html.indexOf('<style>'));
  });
});
