import { useQuery } from '@tanstack/react-query';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { materialWords } from '../words/material-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found } from './waiting.tsx';

/** While it is still being listened to it is asked for so often. */
const WATCH_EVERY_MS = 3_000;

function useVerdict(assetId: number, renditions: number) {
  return useQuery({
    queryKey: ['assets', String(assetId), 'verdict', renditions],
    queryFn: () => answer(api.verdicts.assets[':id'].verdict.$get({ param: { id: String(assetId) } })),
    refetchInterval: ({ state }) => (state.data?.listening === 'waiting' ? WATCH_EVERY_MS : false),
  });
}

/** Where an asset plays, in a sentence; nothing until it is known. */
export function VerdictLine({ asset }: { asset: Asset }) {
  const { language } = useFormat();
  const verdict = useVerdict(asset.id, asset.renditions.length);
  return verdict.data ? <span className="quiet verdict">{verdict.data.sentence[language]}</span> : null;
}

/** What an asset means for the fleet, and what listening to it has told. */
export function VerdictPanel({ asset }: { asset: Asset }) {
  const words = useWords(materialWords);
  const { language } = useFormat();
  const verdict = useVerdict(asset.id, asset.renditions.length);
  return (
    <section className="panel">
      <h2>{words.verdict}</h2>
      <Found query={verdict} lines={2}>
        {({ sentence, listening, findings, notes }) => (
          <>
            <p>
              <b>{sentence[language]}</b>
            </p>
            {listening !== 'none' && listening !== 'done' && (
              <p className="quiet">{words.listening[listening]}</p>
            )}
            {notes.map((note) => (
              <p key={note.en} role="status">
                {note[language]}
              </p>
            ))}
            {findings !== null && notes.length === 0 && <p className="quiet">{words.nothingOdd}</p>}
            {findings?.loudnessLufs != null && (
              <p className="quiet">
                {words.loudness(String(findings.loudnessLufs), String(findings.truePeakDbtp ?? '—'))}
              </p>
            )}
          </>
        )}
      </Found>
    </section>
  );
}
