import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { OverrideReport } from '../../override/override.ts';
import { useFormat } from '../format.ts';
import { middleOf, outlineOf, type PlanPoint, planOf } from '../plan.ts';
import { endpointsQuery } from '../queries.ts';
import { emergencyWords } from '../words/emergency-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { KindMark } from './kind-mark.tsx';

const STATES = ['shown', 'waiting', 'refused', 'ended'] as const;

/** Where an emergency is shown and where not yet: the receipts on the plan. The list beside it is its equal. */
export function ReceiptMap({ receipts }: { receipts: OverrideReport['endpoints'] }) {
  const words = useWords(emergencyWords);
  const { planSummary } = useWords(todayWords);
  const format = useFormat();
  const endpoints = useQuery(endpointsQuery);
  const plan = useMemo(() => planOf(endpoints.data ?? []), [endpoints.data]);
  const areas = useMemo(() => {
    const points = new Map<string, PlanPoint[]>();
    for (const { item, at } of plan.placed) points.set(item.area, [...(points.get(item.area) ?? []), at]);
    return [...points].map(([name, all]) => ({
      name,
      outline: outlineOf(all),
      label: { x: middleOf(all).x, y: Math.min(...all.map(({ y }) => y)) },
    }));
  }, [plan]);
  const told = new Map(receipts.map((receipt) => [receipt.endpointId, receipt]));
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
        {meant.map(({ item, at }) => {
          const state = told.get(item.id)?.state ?? 'waiting';
          return (
            <g key={item.id} className="receipt" data-state={state} transform={`translate(${at.x} ${at.y})`}>
              <title>{`${item.code} ${item.name}: ${words.receiptStates[state]}`}</title>
              <KindMark kind={item.kind} />
            </g>
          );
        })}
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
