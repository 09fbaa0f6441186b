/** What became of the plays of one row. */
interface Parts {
  readonly playsPromised: number;
  readonly playsCounted: number;
  readonly playsCut: number;
  readonly playsFailed: number;
  readonly playsUnknown: number;
}

/** Played, cut, failed and unknown side by side above what was promised; the numbers stand beside it. */
export function Shape({ parts, most }: { parts: Parts; most: number }) {
  const share = (plays: number) => (plays / most) * 100;
  let at = 0;
  const pieces = (['playsCounted', 'playsCut', 'playsFailed', 'playsUnknown'] as const).map((part) => {
    const from = at;
    at += share(parts[part]);
    return { part, from, width: share(parts[part]) };
  });
  return (
    <svg className="shape" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <rect width={share(parts.playsPromised)} height="16" className="playsPromised" />
      {pieces.map(({ part, from, width }) => (
        <rect key={part} x={from} y="3" width={width} height="10" className={part} />
      ))}
    </svg>
  );
}
