/** Which endpoints are meant: those that satisfy every given field. */
export interface StoredSelection {
  readonly endpointIds?: readonly number[] | undefined;
  readonly areaIds?: readonly number[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What a selection looks at. */
export interface SelectableEndpoint {
  readonly id: number;
  readonly areaId: number;
  readonly kind: string;
  readonly tags: readonly string[];
}

/** Whether the selection means this endpoint. Tags: any one of them is enough. */
export function selects(
  { endpointIds, areaIds, kinds, tags }: StoredSelection,
  endpoint: SelectableEndpoint,
): boolean {
  return (
    (!endpointIds || endpointIds.includes(endpoint.id)) &&
    (!areaIds || areaIds.includes(endpoint.areaId)) &&
    (!kinds || kinds.includes(endpoint.kind)) &&
    (!tags || tags.some((tag) => endpoint.tags.includes(tag)))
  );
}
