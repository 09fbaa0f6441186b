import type { Sql } from 'postgres';
import type { FleetShape } from './fleet-verdict.ts';

/** The fleet as material sees it: endpoints that are alike, counted. */
export function fleetShapes(sql: Sql): () => Promise<readonly FleetShape[]> {
  return () => sql<FleetShape[]>`
    select e.kind, e.width_px as "widthPx", e.height_px as "heightPx",
      case when p.capabilities ?& array['video', 'image', 'audio'] then jsonb_build_object(
        'video', p.capabilities -> 'video', 'image', p.capabilities -> 'image', 'audio', p.capabilities -> 'audio')
      end as plays,
      count(*)::int as endpoints
    from endpoints e
    left join lateral (
      select capabilities from players where endpoint_id = e.id and revoked_at is null order by id desc limit 1
    ) p on true
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4`;
}
