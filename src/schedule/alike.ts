import { selects } from '../campaigns/selection.ts';
import type { BookingFacts, EndpointFacts, World } from './eligible.ts';

/** What an endpoint's programme depends on, apart from the date. */
export interface Likeness {
  /** Equal keys, equal programmes on equal dates. */
  readonly key: string;
  /** The bookings that mean this endpoint; the others need not be looked at again. */
  readonly bookings: readonly BookingFacts[];
}

/**
 * Tells which endpoints are alike, so that the work of compiling grows with distinct demands and not with
 * endpoints. An endpoint with a share in a play target stands for itself: its rank decides its plays.
 */
export function likenessOf(world: World, endpoint: EndpointFacts): Likeness {
  const bookings = world.bookings.filter((booking) => selects(booking.selection, endpoint));
  const ranks = bookings.flatMap((booking) => world.paces.get(booking.id)?.ranks.get(endpoint.id) ?? []);
  const { kind, timeZone, openingHours, quietHours, takes } = endpoint;
  const ids = bookings.map((booking) => booking.id);
  return { key: JSON.stringify([kind, timeZone, openingHours, quietHours, ids, ranks, takes]), bookings };
}
