import { describe, expect, test } from 'vitest';
import { alertOf } from '../../src/override/alert.ts';
import { judgeAlert } from '../../src/override/alert-judgement.ts';
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from '../../src/override/alert-settings.ts';
import { readAlertXml } from '../../src/override/alert-xml.ts';
import { contentSchema } from '../../src/override/override.ts';
import { type AlertWords, capXml, type InfoWords, SQUARE } from './an-alert.ts';

const NOW = Date.parse('2027-02-05T10:00:30+08:00');
const AREAS = [
  { valueName: 'GB/T 2260', value: '150102', areaId: 7 },
  { valueName: 'GB/T 2260', value: '150103', areaId: 8 },
];

function judged(
  words: Partial<AlertWords> = {},
  settings: Partial<AlertSettings> = {},
  isSuperseded = false,
) {
  return judgeAlert(alertOf(readAlertXml(capXml({ identifier: 'A', ...words }))), {
    now: NOW,
    settings: { ...DEFAULT_ALERT_SETTINGS, ...settings },
    areas: AREAS,
    isSuperseded,
  });
}
const withInfo = (info: InfoWords, settings: Partial<AlertSettings> = {}) =>
  judged({ infos: [info] }, settings);

describe('judgeAlert', () => {
  test('fires what a rule says, with its words, its place and an end', () => {
    const { parts, reasons } = judged();
    expect(reasons).toEqual([]);
    expect(parts).toMatchObject([
      {
        action: 'fire',
        drill: false,
        severity: 'extreme',
        content: {
          text: { title: '森林火灾红色预警', body: '请立即向西撤离。\n火势正向东蔓延。', lang: 'zh-CN' },
        },
        notBefore: NOW,
        until: NOW + 60 * 60_000,
      },
    ]);
    expect(parts[0]?.aim.polygons?.[0]).toHaveLength(5);
  });

  test.each([
    ['an exercise as a drill', { status: 'Exercise' }, 1, true],
    ['a test on no screen', { status: 'Test' }, 0, false],
    ['a draft on no screen', { status: 'Draft' }, 0, false],
    ['a message of the system on no screen', { status: 'System' }, 0, false],
    ['what is restricted on no screen', { scope: 'Restricted' }, 0, false],
    ['an acknowledgement on no screen', { msgType: 'Ack' }, 0, false],
    ['a report of an error on no screen', { msgType: 'Error' }, 0, false],
  ])('shows %s', (_, words, parts, drill) => {
    const judgement = judged(words);
    expect(judgement.parts).toHaveLength(parts);
    expect(judgement.parts.every((part) => part.drill === drill)).toBe(true);
    expect(judgement.endsNamed).toBe(false);
  });

  test.each([
    ['Extreme', 'Immediate', 'Likely', 'fire'],
    ['Extreme', 'Expected', 'Likely', 'ask'],
    ['Severe', 'Immediate', 'Observed', 'ask'],
    ['Moderate', 'Immediate', 'Observed', undefined],
    ['Unknown', 'Unknown', 'Unknown', undefined],
  ])('by the first rules does with %s, %s, %s: %s', (severity, urgency, certainty, action) => {
    expect(withInfo({ severity, urgency, certainty }).parts[0]?.action).toBe(action);
  });

  test('takes the first rule that means the event, and its material along', () => {
    const rules = [
      { certainty: ['Possible' as const], action: 'log' as const, assetId: null },
      { action: 'fire' as const, assetId: 5 },
    ];
    expect(withInfo({ certainty: 'Possible' }, { rules }).reasons).toEqual(['rule']);
    expect(withInfo({ severity: 'Minor' }, { rules }).parts[0]).toMatchObject({
      action: 'fire',
      content: { assetId: 5 },
    });
  });

  test('speaks one language: the best that the alert has, else the one it begins with', () => {
    const infos = ['en-GB', 'zh-CN', 'mn-Mong'].map((language) => ({ language, headline: language }));
    const titles = (languages: string[], of = infos) =>
      judged({ infos: of }, { languages }).parts.map(({ content }) => content.text?.title);
    expect(titles(['zh', 'en'])).toEqual(['zh-CN']);
    expect(titles(['fr', 'en'])).toEqual(['en-GB']);
    expect(titles(['fr'])).toEqual(['en-GB']);
    expect(titles(['zh'], [...infos, { language: 'zh-CN', headline: '第二起' }])).toEqual([
      'zh-CN',
      '第二起',
    ]);
  });

  test('keeps to the times of the event: not before it is effective, not after it expires, a day at most', () => {
    const effective = '2027-02-05T12:00:00+08:00';
    const [later] = withInfo({ effective, expires: '2027-02-05T13:00:00+08:00' }).parts;
    expect(later).toMatchObject({ notBefore: Date.parse(effective), until: NOW - 30_000 + 3 * 3_600_000 });
    expect(withInfo({ expires: '2027-02-05T10:00:00+08:00' })).toMatchObject({
      parts: [],
      reasons: ['expired'],
    });
    const [long] = withInfo({ expires: '2027-03-05T10:00:00+08:00' }).parts;
    expect((long?.until ?? 0) - NOW).toBe(24 * 3_600_000);
  });

  test('maps codes of areas to ours, and joins all that an event names', () => {
    const code = (value: string) =>
      `<geocode><valueName>GB/T 2260</valueName><value>${value}</value></geocode>`;
    const circle = '<circle>40.8,111.6 2.5</circle>';
    const [part] = withInfo({ areas: [code('150102') + code('999999'), circle, SQUARE] }).parts;
    expect(part?.aim).toMatchObject({
      areaIds: [7],
      circles: [{ centre: [111.6, 40.8], radiusM: 2_500 }],
      polygons: [{ length: 5 }],
    });
  });

  test('lets a person decide where the places are not known, never the rule alone', () => {
    const nowhere = '<geocode><valueName>FIPS6</valueName><value>006017</value></geocode>';
    for (const areas of [[nowhere], []]) {
      expect(withInfo({ areas })).toMatchObject({
        parts: [{ action: 'ask', aim: { all: true } }],
        reasons: ['noKnownArea'],
      });
    }
  });

  test('passes over an alert that a later message named before it came', () => {
    expect(judged({}, {}, true)).toMatchObject({ parts: [], reasons: ['superseded'] });
  });

  test('gives words that fit a screen whatever their length, whole characters, no control characters', () => {
    const { parts } = withInfo({ headline: '🔥'.repeat(200), description: 'a\t \u0085b\n\n c'.repeat(300) });
    const content = parts[0]?.content;
    expect(contentSchema.safeParse(content).success).toBe(true);
    expect(content?.text?.title).toBe(`${'🔥'.repeat(29)}…`);
    expect(content?.text?.body).toContain('a b\nc');
  });
});
