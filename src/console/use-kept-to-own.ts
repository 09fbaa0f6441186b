import { useQuery } from '@tanstack/react-query';
import type { Selection } from '../campaigns/booking.ts';
import { keptToOwn } from './own-endpoints.ts';
import { endpointsQuery } from './queries.ts';
import { useMe } from './session.tsx';

/** {@link keptToOwn} for the signed-in person. */
export function useKeptToOwn(): (selection: Selection) => Selection {
  const { remit } = useMe();
  const { data = [] } = useQuery({ ...endpointsQuery, enabled: remit !== null });
  return (selection) => keptToOwn(selection, remit, data);
}
