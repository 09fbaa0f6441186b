import type { Endpoint } from '../../endpoints/endpoint.ts';

/** The mark of an endpoint on a plan, around 0, 0. Kinds differ by shape: not everybody tells colours apart. */
export function KindMark({ kind }: { kind: Endpoint['kind'] }) {
  if (kind === 'screen') return <rect x="-9" y="-7" width="18" height="14" rx="2" />;
  if (kind === 'loudspeaker') return <path d="M-9 8 L0 -9 L9 8 Z" />;
  return <circle r="8" />;
}
