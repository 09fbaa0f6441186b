import type { Language } from './language.ts';

/** The title of an asset in a language, the other one where it has none. */
export function titleOf(
  asset: { readonly titleZh: string; readonly titleEn: string },
  language: Language,
): string {
  return (language === 'en' && asset.titleEn !== '' ? asset.titleEn : asset.titleZh) || asset.titleEn;
}
