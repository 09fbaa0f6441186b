import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openMetrics } from '../../src/telemetry/metrics.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('dashboard, alert rules and guide', () => {
  test('speak only of measurements that the server gives, and of all that are its own', async () => {
    const metrics = openMetrics({
      eventStreams: () => 1,
      playersOnline: async () => 1,
      endpoints: () => 1,
      playsWaiting: () => 0,
      totals: async () => ({ playsPromised: 4, playsCounted: 3 }),
    });
    metrics.overrideShown(40);
    metrics.sumsAudited(2);
    const { text } = await metrics.read();
    const given = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const family = (name: string) => name.replace(/_(bucket|count|sum)$/, '');
    for (const file of ['monitoring/alerts.yml', 'monitoring/grafana-dashboard.json', 'operations.md']) {
      const named = [...read(file).matchAll(/\b(beacon_\w+|nodejs_\w+[a-z])\b/g)].map(
        ([, name = '']) => name,
      );
      expect(named.length).toBeGreaterThan(5);
      expect(named.filter((name) => !given.has(name) && !given.has(family(name)))).toEqual([]);
    }
    const own = [...given].filter((name) => name?.startsWith('beacon_'));
    expect(own.filter((name) => !read('operations.md').includes(String(name)))).toEqual([]);
    expect(text).toContain('beacon_coverage_ratio 0.75');
    expect(text).toContain('beacon_sum_differences 2');
  });
});
