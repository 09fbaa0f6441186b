import type { Selection } from './booking.ts';

/** What a selection looks at. */
interface SelectableEndpoint {
  readonly id: number;
  readonly areaId: number;
  readonly kind: string;
  readonly tags: readonly string[];
}

/** Whether the selection means this endpoint. Tags: any one of them is enough. */
export function selects(
  selection: Selection | Readonly<Record<string, unknown>>,
  endpoint: SelectableEndpoint,
): boolean {
  const { endpointIds, areaIds, kinds, tags } = selection as Selection;
  return (
    (!endpointIds || endpointIds.includes(endpoint.id)) &&
    (!areaIds || areaIds.includes(endpoint.areaId)) &&
    (!kinds || (kinds as readonly string[]).includes(endpoint.kind)) &&
    (!tags || tags.some((tag) => endpoint.tags.includes(tag)))
  );
}
