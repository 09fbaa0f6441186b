import type { Remit } from '../base/within.ts';
import type { Selection } from '../campaigns/booking.ts';
import { type SelectableEndpoint, selects } from '../campaigns/selection.ts';

/**
 * The same choice, kept to the endpoints of who chooses: the server refuses what reaches further. By area where that says
 * the same, so that new endpoints follow; else one by one. `endpoints`: those that are shown to the person.
 */
export function keptToOwn(
  selection: Selection,
  remit: Remit | null,
  endpoints: readonly SelectableEndpoint[],
): Selection {
  if (remit === null || selection.endpointIds) return selection;
  if (remit.owners === null && remit.areaIds !== null) {
    const own = remit.areaIds;
    return { ...selection, areaIds: selection.areaIds?.filter((id) => own.includes(id)) ?? [...own] };
  }
  return { endpointIds: endpoints.filter((one) => selects(selection, one)).map(({ id }) => id) };
}
