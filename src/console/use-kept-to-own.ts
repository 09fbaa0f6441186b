import { useQuery } from '@tanstack/react-query';
import type { Selection } from '../campaigns/booking.ts';
import { placesQuery } from './fleet-queries.ts';
import { keptToOwn } from './own-endpoints.ts';
import { useMe } from './session.tsx';

/** {@link keptToOwn} for the signed-in person. */
export function useKeptToOwn(): (selection: Selection) => Selection {
  const { remit } = useMe();
  const { data } = useQuery({ ...placesQuery, enabled: remit !== null });
  return (selection) => keptToOwn(selection, remit, data?.places ?? []);
}
