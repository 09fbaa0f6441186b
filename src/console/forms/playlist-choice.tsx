import { useQuery } from '@tanstack/react-query';
import { playlistPagesQuery, playlistQuery } from '../queries.ts';
import { type ChoiceTexts, NamedChoice } from './named-choice.tsx';

/** Chooses a playlist by typing a part of its name. */
export function PlaylistChoice({
  onChoose,
  ...texts
}: ChoiceTexts & { onChoose: (playlistId: number) => void }) {
  const { value } = texts;
  const chosen = useQuery({ ...playlistQuery(value ?? 0), enabled: value !== null });
  return (
    <NamedChoice
      {...texts}
      pagesOf={playlistPagesQuery}
      chosen={chosen.data?.name}
      onChoose={(playlist) => {
        if (playlist !== null) onChoose(playlist.id);
      }}
    />
  );
}
