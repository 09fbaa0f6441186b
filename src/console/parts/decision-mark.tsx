import { Button } from 'antd';
import type { RefObject } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { markWords } from '../words/mark-words.ts';
import { useWords } from '../words/use-words.ts';
import { useMarkWords } from './mark-fields.tsx';
import type { PreviewHandle } from './preview.tsx';

/** What the rejection pointed at, and the way there. */
export function DecisionMark({ asset, preview }: { asset: Asset; preview: RefObject<PreviewHandle | null> }) {
  const words = useWords(markWords);
  const say = useMarkWords();
  const mark = asset.decisionMark;
  if (mark === null) return null;
  return (
    <div className="told">
      <b>{words.marked}</b> {asset.decisionReason !== null && <q>{asset.decisionReason}</q>}
      <p className="acts">
        <span>{say(mark)}</span>
        {mark.atMs !== undefined && (
          <Button size="small" onClick={() => preview.current?.seek(mark.atMs ?? 0)}>
            {words.showMark}
          </Button>
        )}
      </p>
    </div>
  );
}
