import { type EndpointDraft, endpointDraftSchema } from '../../src/endpoints/endpoint.ts';

/** The n-th endpoint of a small fleet, open around the clock; kinds take turns. */
export function fleetDraft(n: number): EndpointDraft {
  return endpointDraftSchema.parse({
    code: `DS-${String(n).padStart(3, '0')}`,
    name: `测试终端 ${n}`,
    kind: (['screen', 'tv', 'loudspeaker'] as const)[(n - 1) % 3],
    area: n % 2 === 0 ? '交通街道' : '罕台镇',
    longitude: 110 + n / 100,
    latitude: 39.8 + (n % 3) / 100,
    widthPx: n % 3 === 0 ? null : 1920,
    heightPx: n % 3 === 0 ? null : 1080,
    timeZone: 'Asia/Shanghai',
    openingHours: '24/7',
    audiencePerHour: 100,
    dwellSeconds: 30,
    tags: [n % 2 === 0 ? 'led' : 'indoor'],
  });
}
