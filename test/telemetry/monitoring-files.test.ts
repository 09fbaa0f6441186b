import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { labelsOf, namesIn, type Sample, samplesOf, selectorsIn } from './a-query.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

const ruleSchema = z.strictObject({
  record: z.string().optional(),
  alert: z.string().optional(),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[mh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }).optional(),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }).optional(),
});
const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(ruleSchema) })),
});
const { groups } = rulesFile.parse(parse(read('monitoring/alerts.yml')));
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const records = new Map(rules.flatMap(({ record, expr }) => (record === undefined ? [] : [[record, expr]])));

const dashboard = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })) })),
});
const targets = dashboard
  .parse(JSON.parse(read('monitoring/grafana-dashboard.json')))
  .panels.flatMap((panel) => panel.targets);

/** What a server really gives when all has happened once, and what Prometheus adds. */
let given: readonly Sample[];
let text: string;
beforeAll(async () => {
  const metrics = openMetrics({
    eventStreams: () => 1,
    endpoints: () => 1,
    playsWaiting: () => 0,
    askDatabase: async () => {},
    playersOnline: async () => 1,
    totals: async () => ({ playsPromised: 4, playsCounted: 3 }),
    recentCoverage: async () => 0.5,
    silence: async () => [
      { area: '东城', watched: 5, silent: 2 },
      { area: '西城', watched: 1, silent: null },
    ],
    queues: async () => ({ messages: 1, renditions: 2 }),
    sumDifferences: async () => 2,
    inTime: (work) => work,
  });
  const request = { requestId: 'r', method: 'GET', tookMs: 2, caller: null };
  metrics.request({ ...request, route: '/api/status', status: 500 });
  for (const status of [200, 304]) metrics.request({ ...request, route: '/api/player/v1/manifest', status });
  metrics.pollUnchanged();
  metrics.playsReceived({
    accepted: 1,
    duplicates: 1,
    rejected: [{ seq: 1, code: 'play.tooOld' }],
  });
  metrics.playsCounted(20_000);
  metrics.overrideShown(40);
  metrics.overrideShown(90_000);
  ({ text } = await metrics.read());
  const scraped = samplesOf(text).map(({ name, labels }) => ({
    name,
    labels: { ...labels, instance: 'a', job: 'beacon-tower' },
  }));
  given = [...scraped, { name: 'up', labels: { instance: 'a', job: 'beacon-tower' } }];
});

/** The labels of what other rules make. */
function recorded(): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, ReadonlySet<string>>();
  for (const [record, expr] of records) known.set(record, labelsOf(expr, given, known));
  return known;
}

/** What a query asks for and no server gives: measurements, labels, and values of labels. */
function faultsOf(query: string): string[] {
  const known = recorded();
  const faults: string[] = [];
  for (const { name, matchers } of selectorsIn(query)) {
    if (records.has(name)) continue;
    const own = given.filter((sample) => sample.name === name);
    if (own.length === 0) faults.push(name);
    for (const { label, holds } of matchers)
      if (!own.some(({ labels }) => holds(labels[label]))) faults.push(`${name}{${label}}`);
  }
  const all = new Set(
    selectorsIn(query).flatMap(({ name }) => [
      ...(known.get(name) ?? []),
      ...given.filter((sample) => sample.name === name).flatMap(({ labels }) => Object.keys(labels)),
    ]),
  );
  for (const label of namesIn(query)) if (!all.has(label)) faults.push(`by ${label}`);
  return faults;
}

/** What a text names in braces and its query does not have. */
function unknownLabels(names: readonly string[], query: string): string[] {
  const labels = labelsOf(query, given, recorded());
  return names.filter((name) => !labels.has(name));
}

const matchesOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);

describe('alert rules', () => {
  test('ask for measurements, labels and values that the server really gives', () => {
    expect(rules.length).toBeGreaterThan(12);
    for (const { expr } of rules) expect(faultsOf(expr), expr).toEqual([]);
  });

  test('would not pass with a wrong name, label or value', () => {
    expect(faultsOf('max(beacon_player_online) > 0')).toEqual(['beacon_player_online']);
    expect(faultsOf('max by (place) (beacon_endpoints_silent)')).toEqual(['by place']);
    expect(faultsOf('rate(beacon_polls_total{answer="same"}[5m])')).toEqual(['beacon_polls_total{answer}']);
    expect(faultsOf('beacon_override_latency_seconds_bucket{le="61"}')).toHaveLength(1);
    expect(unknownLabels(['instance'], 'max by (area) (beacon_endpoints_silent)')).toEqual(['instance']);
  });

  test.each(alerts)(
    '$alert speaks both languages and names only what its query has',
    ({ expr, annotations, labels }) => {
      const { summary = '', description = '' } = annotations ?? {};
      expect(summary).toMatch(/^[A-Z][ -~]+ \/ \p{Script=Han}/u);
      expect(labels?.severity).toBeDefined();
      expect(unknownLabels(matchesOf(description, /\$labels\.(\w+)/g), expr)).toEqual([]);
      for (const [, query = '', inside = ''] of description.matchAll(
        /range query "([^"]+)" \}\}(.*?)\{\{ end/g,
      )) {
        expect(faultsOf(query)).toEqual([]);
        expect(unknownLabels(matchesOf(inside, /\.Labels\.(\w+)/g), query)).toEqual([]);
      }
    },
  );

  test('of silence are one for the fleet, and the smaller give way to the larger', () => {
    const of = (name: string) => alerts.find(({ alert }) => alert === name)?.expr ?? '';
    const known = recorded();
    expect([...labelsOf(of('BeaconFleetSilent'), given, known)]).toEqual([]);
    expect([...labelsOf(of('BeaconEndpointsSilent'), given, known)]).toEqual([]);
    expect([...labelsOf(of('BeaconAreaSilent'), given, known)]).toEqual(['area']);
    for (const smaller of ['BeaconAreaSilent', 'BeaconEndpointsSilent'])
      expect(of(smaller)).toMatch(/unless on \(\) fleet:beacon_outage:sum$/);
    expect(of('BeaconEndpointsSilent')).toContain('unless on (area) area:beacon_outage:max');
  });
});

describe('the dashboard', () => {
  test('shows measurements, labels and values that the server really gives', () => {
    expect(targets.length).toBeGreaterThan(12);
    for (const { expr, legendFormat } of targets) {
      expect(faultsOf(expr), expr).toEqual([]);
      expect(unknownLabels(matchesOf(legendFormat, /\{\{(\w+)\}\}/g), expr), expr).toEqual([]);
    }
  });
});

describe('the guide', () => {
  test('has every measurement of the server with its labels, and no other', () => {
    const types = new Set(matchesOf(text, /^# TYPE (\w+)/gm));
    const guide = read('operations.md');
    const named = matchesOf(guide, /\b(beacon_\w+)/g);
    expect(named.filter((name) => !types.has(name))).toEqual([]);
    const own = [...types].filter((name) => name.startsWith('beacon_'));
    expect(own.filter((name) => !named.includes(name))).toEqual([]);
    for (const [, name = '', labels = ''] of guide.matchAll(/\b(beacon_\w+)\{([\w,]+)\}/g))
      for (const label of labels.split(','))
        expect(
          given.some((sample) => sample.name.startsWith(name) && label in sample.labels),
          label,
        ).toBe(true);
  });
});

describe('the measurements', () => {
  test('count every poll by its answer, from memory or not', () => {
    expect(text).toContain('beacon_polls_total{answer="unchanged"} 2');
    expect(text).toContain('beacon_polls_total{answer="changed"} 1');
  });

  test('have the delays that are longest', () => {
    expect(text).toContain('beacon_override_latency_seconds_bucket{le="60"} 1');
    expect(text).toContain('beacon_override_latency_seconds_count 2');
    expect(text).toContain('beacon_play_lag_seconds_bucket{le="30"} 1');
  });

  test('do not say that nobody is silent where nobody knows', () => {
    expect(text).toContain('beacon_endpoints_silent{area="东城"} 2');
    expect(text).not.toContain('beacon_endpoints_silent{area="西城"}');
    expect(text).toContain('beacon_endpoints_watched{area="西城"} 1');
  });
});
