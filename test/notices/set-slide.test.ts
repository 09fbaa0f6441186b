import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakLines } from '../../src/notices/break-lines.ts';
import { noticeDraftSchema } from '../../src/notices/notice.ts';
import { leastSizePx, setSlide } from '../../src/notices/set-slide.ts';
import { TEMPLATE_NAMES } from '../../src/notices/template.ts';

/** A Chinese character is one wide, every other half. */
const width = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 1 : 0.5), 0);

describe('breakLines', () => {
  test.each([
    ['电动自行车不进楼，不飞线充电。', 8, ['电动自行车不进', '楼，不飞线充电。']],
    ['请看（附图）再走', 3, ['请看', '（附', '图）再', '走']],
    ['他说：“快跑！”大家就跑', 5, ['他说：“快', '跑！”大家', '就跑']],
    ['火警请拨打119，勿乘电梯', 6, ['火警请拨打', '119，勿乘电', '梯']],
    ['Do not block the stairs', 8, ['Do not block the', 'stairs']],
    ['第一行\n\n第三行', 5, ['第一行', '', '第三行']],
    ['等等……再说', 3, ['等等……', '再说']],
  ])('breaks %j at %i into lines that begin and end as they may', (text, most, lines) => {
    expect(breakLines(text, most, width)).toEqual(lines);
  });

  test('breaks a word that is wider than a line where it must', () => {
    expect(breakLines('pneumonoultramicroscopic', 4, width)).toEqual(['pneumono', 'ultramic', 'roscopic']);
  });

  test('never begins a line with closing punctuation, never ends one with opening, and loses no letter', () => {
    const letters = '火警电话请勿，。！？）》、（《“”119 abc';
    const text = fc
      .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 60 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 20 }), (one, most) => {
        const lines = breakLines(one, most, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(one.replaceAll(' ', ''));
        // Punctuation without end has to be broken somewhere.
        fc.pre(!/[，。！？）》、（《“”\s]{5,}/.test(one));
        for (const [index, line] of lines.entries()) {
          expect(width(line)).toBeLessThanOrEqual(most);
          if (index > 0) expect(line).not.toMatch(/^[，。！？）》、”]/);
          if (index < lines.length - 1) expect(line).not.toMatch(/[（《“]$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('setSlide', () => {
  const draft = noticeDraftSchema.parse({
    template: 'warning',
    titleZh: '电动自行车不进楼',
    bodyZh: '不在楼道停放、不飞线充电。\n发现火情，请拨打 119。',
    titleEn: 'No e-bikes indoors',
    bodyEn: 'Never charge an e-bike in a stairwell.',
  });
  test('sets what looks like markup or a template as the letters that it is', () => {
    const odd = `{{7*7}} <%= 7 %> #{7} ${'$'}{7*7} <b>`;
    const slide = setSlide(
      { ...draft, titleZh: odd, bodyEn: odd },
      { widthPx: 1_920, heightPx: 1_080 },
      width,
    );
    if ('excess' in slide) throw new Error('does not fit');
    const drawn = slide.lines
      .map(({ text }) => text)
      .join('')
      .replaceAll(' ', '');
    expect(drawn.split(odd.replaceAll(' ', ''))).toHaveLength(3);
  });

  const sizes = [
    [1_920, 1_080],
    [1_080, 1_920],
    [1_152, 192],
    [320, 320],
    [3_840, 2_160],
  ] as const;

  test('keeps every line within the picture, legible, and none over another, in every template and shape', () => {
    for (const template of TEMPLATE_NAMES) {
      for (const [widthPx, heightPx] of sizes) {
        const slide = setSlide({ ...draft, template }, { widthPx, heightPx }, width);
        if ('excess' in slide) throw new Error(`${template} ${widthPx}: ${JSON.stringify(slide)}`);
        const set = slide.lines.filter(({ text }) => text !== '');
        expect(set.map(({ text }) => text).join('')).toContain('火情');
        for (const { text, leftPx, baselinePx, sizePx } of set) {
          expect(leftPx).toBeGreaterThanOrEqual(0);
          expect(leftPx + width(text) * sizePx).toBeLessThanOrEqual(widthPx + 1);
          expect(baselinePx - sizePx).toBeGreaterThanOrEqual(-1);
          expect(baselinePx).toBeLessThanOrEqual(heightPx);
          expect(sizePx).toBeGreaterThanOrEqual(leastSizePx({ widthPx, heightPx }) * 0.99);
        }
      }
    }
  });

  test('shrinks type before it refuses, and tells how many characters are too many', () => {
    const long = { ...draft, titleEn: '', bodyEn: '', bodyZh: '火'.repeat(300) };
    const size = { widthPx: 1_920, heightPx: 1_080 };
    const short = setSlide({ ...long, bodyZh: '火'.repeat(20) }, size, width);
    const shrunk = setSlide(long, size, width);
    if ('excess' in short || 'excess' in shrunk) throw new Error('does not fit');
    const sizeOf = (slide: typeof short) => slide.lines.find(({ text }) => /^火+$/.test(text))?.sizePx ?? 0;
    expect(sizeOf(shrunk)).toBeLessThan(sizeOf(short));
    const led = { widthPx: 384, heightPx: 128 };
    const refused = setSlide(long, led, width);
    expect(refused).toMatchObject({ part: 'body' });
    if (!('excess' in refused)) throw new Error('fits');
    const fits = { ...long, bodyZh: '火'.repeat(300 - refused.excess) };
    expect(setSlide(fits, led, width)).not.toHaveProperty('excess');
    expect(setSlide({ ...fits, bodyZh: `${fits.bodyZh}火` }, led, width)).toHaveProperty('excess', 1);
  });
});

describe('noticeDraftSchema', () => {
  test('writes degrees in letters that the font has, and refuses control characters', () => {
    const parse = (titleZh: string) => noticeDraftSchema.safeParse({ template: 'night', titleZh });
    expect(parse('高温 40℃').data?.titleZh).toBe('高温 40°C');
    expect(parse('  ').success).toBe(false);
    expect(parse('a\u0007b').success).toBe(false);
    expect(parse('字'.repeat(61)).success).toBe(false);
  });
});
