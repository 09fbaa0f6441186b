import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type FleetRow, fleetRows } from './fleet.ts';
import { placesQuery, statesQuery } from './fleet-queries.ts';

/** The whole fleet in brief and how each endpoint is; no rows while either is not known. */
export function useFleet() {
  const fleet = useQuery(placesQuery);
  const states = useQuery(statesQuery);
  const rows = useMemo(
    (): readonly FleetRow[] =>
      fleet.data && states.data ? fleetRows(fleet.data.places, states.data.states) : [],
    [fleet.data, states.data],
  );
  /** What is still waited for, of the two. */
  const waited: UseQueryResult<unknown> = states.data ? fleet : states;
  return { fleet, states, rows, waited };
}
