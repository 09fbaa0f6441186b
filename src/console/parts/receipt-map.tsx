import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { OverrideReport } from '../../override/override.ts';
import { placesQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { middleOf, outlineOf, type PlanPoint, planOf } from '../plan.ts';
import { emergencyWords } from '../words/emergency-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { KindMark } from './kind-mark.tsx';
import { PlanDots } from './plan-dots.tsx';

const STATES = ['shown', 'waiting', 'refused', 'ended'] as const;

/** Where an emergency is shown and where not yet: the receipts on the plan. The list beside it is its equal. */
export function ReceiptMap({ receipts }: { receipts: OverrideReport['endpoints'] }) {
  const words = useWords(emergencyWords);
  const { planSummary } = useWords(todayWords);
  const format = useFormat();
  const fleet = useQuery(placesQuery);
  const plan = useMemo(() => planOf(fleet.data?.places ?? []), [fleet.data]);
  const areas = useMemo(() => {
    const points = new Map<string, PlanPoint[]>();
    for (const { item, at } of plan.placed) {
      const all = points.get(item.area) ?? [];
      all.push(at);
      points.set(item.area, all);
    }
    return [...points].map(([name, all]) => ({
      name,
      outline: outlineOf(all),
      label: { x: middleOf(all).x, y: Math.min(...all.map(({ y }) => y)) },
    }));
  }, [plan]);
  const told = new Map(receipts.map((receipt) => [receipt.endpointId, receipt]));
  const stateOf = (id: number) => told.get(id)?.state ?? 'waiting';
  const meant = plan.placed.filter(({ item }) => told.has(item.id));
  if (meant.length === 0) return null;
  const unplaced = receipts.length - meant.length;
  return (
    <figure className="plan receipt-map">
      <svg
        viewBox={`0 0 ${plan.width} ${plan.height}`}
        role="img"
        aria-label={`${words.receiptMap}: ${planSummary(format.number(meant.length), format.number(unplaced))}`}
      >
        {areas.map(({ name, outline, label }) => (
          <g key={name} className="area">
            <polygon points={outline.map(({ x, y }) => `${x},${y}`).join(' ')} strokeWidth={40} />
            <text x={label.x} y={label.y - 20} fontSize={20}>
              {name}
            </text>
          </g>
        ))}
        <PlanDots
          placed={meant}
          className="receipt"
          stateOf={stateOf}
          noteOf={(id) => words.receiptStates[stateOf(id)]}
          meant={null}
        />
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
