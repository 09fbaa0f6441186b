import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { OverrideReport } from '../../override/override.ts';
import { placesQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { planOf } from '../plan.ts';
import { areasOf } from '../plan-areas.ts';
import { markScale, useDrawingScale } from '../use-drawing-scale.ts';
import { emergencyWords } from '../words/emergency-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { AreaNames, AreaPlane } from './area-names.tsx';
import { KindMark } from './kind-mark.tsx';
import { PlanDots } from './plan-dots.tsx';

/** How far an area is drawn beyond its endpoints, in units of the plan. */
const MARGIN = 20;
const STATES = ['shown', 'waiting', 'refused', 'ended'] as const;

/** Where an emergency is shown and where not yet: the receipts on the plan. The list beside it is its equal. */
export function ReceiptMap({ receipts }: { receipts: OverrideReport['endpoints'] }) {
  const words = useWords(emergencyWords);
  const { planSummary } = useWords(todayWords);
  const format = useFormat();
  const fleet = useQuery(placesQuery);
  const plan = useMemo(() => planOf(fleet.data?.places ?? []), [fleet.data]);
  const areas = useMemo(() => areasOf(plan.placed), [plan]);
  const svg = useRef<SVGSVGElement>(null);
  const scale = useDrawingScale(svg);
  const pixel = scale.pixelOf(plan);
  const told = new Map(receipts.map((receipt) => [receipt.endpointId, receipt]));
  const stateOf = (id: number) => told.get(id)?.state ?? 'waiting';
  const meant = plan.placed.filter(({ item }) => told.has(item.id));
  if (meant.length === 0) return null;
  const unplaced = receipts.length - meant.length;
  return (
    <figure className="plan receipt-map">
      <svg
        ref={svg}
        viewBox={`0 0 ${plan.width} ${plan.height}`}
        role="img"
        aria-label={`${words.receiptMap}: ${planSummary(format.number(meant.length), format.number(unplaced))}`}
      >
        {areas.map((area) => (
          <g key={area.id} className="area">
            <AreaPlane area={area} margin={MARGIN} />
          </g>
        ))}
        <PlanDots
          placed={meant}
          className="receipt"
          stateOf={stateOf}
          noteOf={(id) => words.receiptStates[stateOf(id)]}
          meant={null}
          unit={markScale(scale) * pixel}
        />
        <AreaNames areas={areas} placed={meant} plan={plan} pixel={pixel} margin={MARGIN} />
      </svg>
      <ul className="legend">
        {STATES.map((state) => (
          <li key={state}>
            <svg viewBox="-12 -12 24 24" aria-hidden="true">
              <g className="receipt" data-state={state}>
                <KindMark kind="tv" />
              </g>
            </svg>
            {words.receiptStates[state]}{' '}
            {format.number(receipts.filter((receipt) => receipt.state === state).length)}
          </li>
        ))}
      </ul>
    </figure>
  );
}
