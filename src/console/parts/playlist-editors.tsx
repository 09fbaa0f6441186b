import { Button } from 'antd';
import type { KeptDraft } from '../../campaigns/playlist.ts';
import { useFormat } from '../format.ts';
import { type EditedPlaylist, editedOf } from '../playlist-draft.ts';
import type { Keeping } from '../playlist-keeping.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';
import { Differences, usePersonName } from './playlist-conflict.tsx';

/** Says whether what was done is safe on the server. */
export function KeepingSign({ keeping, isDirty }: { keeping: Keeping; isDirty: boolean }) {
  const words = useWords(playlistWords);
  const format = useFormat();
  if (!isDirty) return null;
  const text =
    keeping.state === 'kept'
      ? words.kept(format.time(keeping.at))
      : keeping.state === 'failed'
        ? words.notKept
        : words.keeping;
  return (
    <output className={keeping.state === 'failed' ? 'tag' : 'quiet'} data-tone="doubt">
      {text}
    </output>
  );
}

/** Who else has this playlist in the editor, what they have done, and their draft to take over. */
export function OtherEditors({
  drafts,
  present,
  onTake,
}: {
  drafts: readonly KeptDraft[];
  present: EditedPlaylist;
  onTake: (draft: KeptDraft) => void;
}) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const nameOf = usePersonName(drafts.map(({ editor }) => editor));
  return drafts.map((draft) => (
    <details key={draft.editor} className="panel newer">
      <summary>{words.otherEdits(nameOf(draft.editor), format.dateTime(draft.savedAt))}</summary>
      <p className="quiet">{words.otherLead}</p>
      <Differences before={present} after={editedOf(draft)} />
      <p className="acts">
        <Button size="small" onClick={() => onTake(draft)}>
          {words.takeDraft}
        </Button>
      </p>
    </details>
  ));
}
