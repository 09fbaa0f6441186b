import { Button } from 'antd';
import type { Playlist } from '../../campaigns/playlist.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { usePeopleNames } from '../names.ts';
import { differencesOf, type PlaylistDifference } from '../playlist-difference.ts';
import { type EditedPlaylist, editedOf } from '../playlist-draft.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

/** The name of an account; `ids`: of whom it may be asked. */
export function usePersonName(ids: Iterable<string | null | undefined>): (id: string | null) => string {
  const words = useWords(playlistWords);
  const names = usePeopleNames(ids);
  return (id) => names.get(id ?? '') ?? words.somebody;
}

/** What was done to a playlist, line by line. */
export function Differences({ before, after }: { before: EditedPlaylist; after: EditedPlaylist }) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const found = differencesOf(before, after);
  const titleOf = useTitles(found.flatMap((one) => (one.kind === 'renamed' ? [] : [one.assetId])));
  if (found.length === 0) return <p className="quiet">{words.noDifference}</p>;
  const told = (one: PlaylistDifference): string => {
    if (one.kind === 'renamed') return words.differences.renamed(one.from, one.to);
    const title = titleOf(one.assetId, one.title);
    if (one.kind === 'length')
      return words.differences.length(title, format.length(one.from), format.length(one.to));
    if (one.kind === 'weight')
      return words.differences.weight(title, format.number(one.from), format.number(one.to));
    return words.differences[one.kind](title);
  };
  return (
    <ul className="bullets">
      {found.slice(0, 30).map((one, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two entries of one asset may be changed alike
        <li key={place}>{told(one)}</li>
      ))}
    </ul>
  );
}

/** Somebody else stored the playlist meanwhile: who, what, and three ways on. Nothing is written over unseen. */
export function PlaylistConflict({
  before,
  theirs,
  isBusy,
  onTake,
  onBoth,
  onMine,
}: {
  /** What both began with; where that is not known, what the other one's version is compared with. */
  before: EditedPlaylist;
  theirs: Playlist;
  isBusy: boolean;
  onTake: () => void;
  onBoth: () => void;
  onMine: () => void;
}) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const nameOf = usePersonName([theirs.changedBy]);
  return (
    <div className="trouble" role="alert">
      <b>
        {words.conflict(
          nameOf(theirs.changedBy),
          theirs.changedAt === null ? '' : format.time(theirs.changedAt),
        )}
      </b>
      <Differences before={before} after={editedOf(theirs)} />
      <p>{words.conflictLead}</p>
      <div className="acts">
        <Button onClick={onTake}>{words.takeTheirs}</Button>
        <Button disabled={isBusy} onClick={onBoth}>
          {words.keepBoth}
        </Button>
        <Button danger disabled={isBusy} onClick={onMine}>
          {words.overwrite}
        </Button>
      </div>
    </div>
  );
}
