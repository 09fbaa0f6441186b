import type { AssetState } from '../../catalogue/asset.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const TONES: Readonly<Record<AssetState, string | undefined>> = {
  draft: undefined,
  submitted: 'doubt',
  approved: 'good',
  rejected: 'bad',
  withdrawn: undefined,
  retired: undefined,
};

/** Where an asset stands in review. */
export function StateTag({ state }: { state: AssetState }) {
  const { states } = useWords(shellWords);
  return (
    <span className="tag" data-tone={TONES[state]}>
      {states[state]}
    </span>
  );
}
