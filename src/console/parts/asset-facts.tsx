import type { Asset } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import { usePeopleNames } from '../names.ts';
import { useMe } from '../session.tsx';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** Gives the name of a person by id; `ids`: of whom it may be asked. */
export function useNameOf(ids: Iterable<string | null | undefined>): (id: string | null) => string {
  const words = useWords(materialWords);
  const me = useMe();
  const names = usePeopleNames(ids);
  return (id) => {
    if (id === null) return '—';
    if (id === me.id) return words.me;
    if (id === 'system') return words.system;
    return names.get(id) ?? id;
  };
}

/** What an asset is, and which endpoints can play it. */
export function AssetFacts({ asset }: { asset: Asset }) {
  const words = useWords(materialWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const verdict = () => {
    if (asset.renditions.some(({ madeFor, variant }) => madeFor === 'screen' && variant === ''))
      return words.verdicts.converted;
    if (asset.unplayable !== null) return words.unplayable[asset.unplayable];
    if (asset.renditions.length === 0) return words.verdicts.none;
    if (asset.mediaClass === 'audio') return words.verdicts.sound;
    if (asset.mediaClass !== 'image') return words.verdicts.everywhere;
    const isSaid = asset.renditions.some(({ madeFor }) => madeFor === 'sound');
    return isSaid ? words.verdicts.pictureAndSound : words.verdicts.picture;
  };
  const facts: readonly (readonly [string, string])[] = [
    [words.kind, `${words.classes[asset.mediaClass]} · ${shell.categories[asset.category]}`],
    [words.playable, verdict()],
    ...(asset.durationMs === null ? [] : [[words.length, format.length(asset.durationMs)] as const]),
    ...(asset.widthPx === null
      ? []
      : [
          [
            words.picture,
            `${asset.widthPx}×${asset.heightPx}${asset.rotationDegrees === 0 ? '' : words.rotation(String(asset.rotationDegrees))}`,
          ] as const,
        ]),
    ...(asset.mediaClass === 'image'
      ? []
      : [[words.sound, asset.hasSound ? words.soundIs.yes : words.soundIs.no] as const]),
    ...(asset.videoCodec === null && asset.audioCodec === null
      ? []
      : [
          [
            words.codecs,
            [asset.videoCodec, asset.audioCodec].filter((codec) => codec !== null).join(' + '),
          ] as const,
        ]),
    [words.size, format.bytes(asset.bytes)],
    [words.fileName, asset.fileName],
    [words.hash, asset.sha256],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Who did what with an asset, in order of time. */
export function AssetHistory({ asset }: { asset: Asset }) {
  const words = useWords(materialWords);
  const format = useFormat();
  const nameOf = useNameOf([asset.createdBy, asset.submittedBy, asset.decidedBy]);
  const decided =
    asset.state === 'approved' || asset.state === 'rejected' || asset.state === 'retired'
      ? asset.state
      : null;
  return (
    <ol className="history">
      <li>
        <b>{words.steps.uploaded}</b> {words.by(nameOf(asset.createdBy), format.dateTime(asset.createdAt))}
      </li>
      {asset.submittedAt !== null && (
        <li>
          <b>{words.steps.submitted}</b>{' '}
          {words.by(nameOf(asset.submittedBy), format.dateTime(asset.submittedAt))}
        </li>
      )}
      {decided !== null && asset.decidedAt !== null && (
        <li>
          <b>{words.steps[decided]}</b> {words.by(nameOf(asset.decidedBy), format.dateTime(asset.decidedAt))}
          {asset.decisionReason !== null && <q>{asset.decisionReason}</q>}
        </li>
      )}
    </ol>
  );
}
