import type { ReactNode } from 'react';

/** One large figure with its name and a note below. */
export function Figure({
  name,
  value,
  note,
  tone,
}: {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'doubt' | undefined;
}) {
  return (
    <div className="figure" data-tone={tone}>
      <dt>{name}</dt>
      <dd>{value}</dd>
      {note !== undefined && <dd className="note">{note}</dd>}
    </div>
  );
}
