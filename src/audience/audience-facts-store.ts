import type { Sql } from 'postgres';
import type { AudienceFacts } from './audience.ts';

/** Which model holds now and on what it rests; inside a transaction, as of its moment. */
export async function readAudienceFacts(sql: Pick<Sql, 'unsafe'>): Promise<AudienceFacts> {
  const [row] = await sql.unsafe<
    { version: number; population: number | null; counted: number; assumed: number; bare: number }[]
  >(`
    select coalesce(v.number, 0) as version, v.population, n.*
    from (
      select count(*) filter (where m.endpoint_id is not null and m.place_class is null)::int as counted,
        count(*) filter (where m.place_class is not null)::int as assumed,
        count(*) filter (where m.endpoint_id is null)::int as bare
      from endpoints e left join (
        select distinct on (endpoint_id) endpoint_id, place_class from audience_models
        order by endpoint_id, version desc
      ) as m on m.endpoint_id = e.id
    ) as n left join (select number, population from audience_versions order by number desc limit 1) as v on true`);
  return {
    version: row?.version ?? 0,
    population: row?.population ?? null,
    endpoints: { counted: row?.counted ?? 0, placeClass: row?.assumed ?? 0, endpoint: row?.bare ?? 0 },
  };
}
