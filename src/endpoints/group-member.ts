import type { GroupRule } from './group.ts';

/** What a rule looks at. */
export interface GroupedEndpoint {
  readonly kind: string;
  readonly areaId: number;
  readonly tags: readonly string[];
}

/** Whether the endpoint is a member. */
export function isMember({ kinds, areaIds, tags }: GroupRule, endpoint: GroupedEndpoint): boolean {
  return (
    (!kinds || kinds.some((kind) => kind === endpoint.kind)) &&
    (!areaIds || areaIds.includes(endpoint.areaId)) &&
    (!tags || tags.some((tag) => endpoint.tags.includes(tag)))
  );
}
