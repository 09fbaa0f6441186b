import type { Sql } from 'postgres';
import type { WeeklyWindow } from '../base/local-time.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import { VISITS_PER_WEEK } from './notice.ts';
import { openShares } from './place-class.ts';

/**
 * Different people who come by each endpoint in a week, by its id: the people of its 168 hours over how often
 * one of them comes by.
 */
export async function weeklyPools(sql: Sql): Promise<Map<number, number>> {
  const rows = await sql<
    {
      id: number;
      kind: EndpointKind;
      average: number;
      openingHours: readonly WeeklyWindow[];
      counted: number | null;
      visits: number | null;
    }[]
  >`
    select e.id, e.kind, e.audience_per_hour as average, e.opening_hours as "openingHours",
      (select sum(one) from unnest(m.people) as one)::float8 as counted, m.visit_tenths_per_week::float8 / 10 as visits
    from endpoints e left join (
      select distinct on (endpoint_id) * from audience_models order by endpoint_id, version desc
    ) as m on m.endpoint_id = e.id`;
  const openHours = new Map<string, number>();
  return new Map(
    rows.map(({ id, kind, average, openingHours, counted, visits }) => {
      if (counted !== null) return [id, counted / (visits ?? VISITS_PER_WEEK[kind])];
      const key = JSON.stringify(openingHours);
      const hours = openHours.get(key) ?? openShares(openingHours).reduce((sum, share) => sum + share, 0);
      openHours.set(key, hours);
      return [id, (average * hours) / VISITS_PER_WEEK[kind]];
    }),
  );
}
