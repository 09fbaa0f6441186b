import { Button } from 'antd';
import { type CSSProperties, type Ref, useImperativeHandle, useRef, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import type { MarkedArea, Marking } from '../review-mark.ts';
import { titleOf } from '../titles.ts';
import { materialWords } from '../words/material-words.ts';
import { useWords } from '../words/use-words.ts';
import { MarkFrame, MarkLayer } from './mark-layer.tsx';

/** Films tell nobody how long a frame is; at 25 a second no frame of common films is jumped over. */
const FRAME_S = 1 / 25;

/** What others may ask of a preview. */
export interface PreviewHandle {
  /** Where it stands, as m:ss.t; null for stills. */
  moment(): string | null;
  /** The same in whole milliseconds. */
  atMs(): number | null;
  /** Goes to a moment and stops there. */
  seek(ms: number): void;
}

/** m:ss.t of seconds. */
export function momentOf(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** The picture's own shape, so that shares of its sides are shares of the box; sound has none. */
function shapeOf({ widthPx, heightPx, rotationDegrees }: Asset): CSSProperties | undefined {
  if (widthPx === null || heightPx === null) return undefined;
  const isTurned = rotationDegrees % 180 !== 0;
  const [width, height] = isTurned ? [heightPx, widthPx] : [widthPx, heightPx];
  return { aspectRatio: `${width} / ${height}`, width: `min(100%, ${(60 * width) / height}vh)` };
}

/** An asset as it will look and sound, film by frame or second. */
export function Preview({
  asset,
  ref,
  marking,
  shown,
}: {
  asset: Asset;
  ref?: Ref<PreviewHandle>;
  /** Lets an area be marked. */
  marking?: Marking;
  /** An area to be framed. */
  shown?: MarkedArea | undefined;
}) {
  const words = useWords(materialWords);
  const format = useFormat();
  const media = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  // Browsers play what screens play: an upload that they cannot is shown as it was made for them.
  const isMade =
    asset.unplayable !== null &&
    asset.renditions.some(({ madeFor, variant }) => madeFor === 'screen' && variant === '');
  const source = `/api/assets/${asset.id}/file${isMade ? '?madeFor=screen' : ''}`;
  useImperativeHandle(ref, () => ({
    moment: () => (asset.mediaClass === 'image' ? null : momentOf(media.current?.currentTime ?? 0)),
    atMs: () => {
      if (asset.mediaClass === 'image') return null;
      // The last frame may lie past the length that was told.
      const at = Math.round((media.current?.currentTime ?? 0) * 1_000);
      return Math.min(at, asset.durationMs ?? at);
    },
    seek: (ms) => {
      if (!media.current) return;
      media.current.pause();
      media.current.currentTime = ms / 1_000;
    },
  }));
  const area = marking?.mark?.area ?? shown;
  const layer = (
    <>
      {area && !marking?.isPicking && <MarkFrame area={area} />}
      {marking?.isPicking && (
        <MarkLayer
          area={area}
          onPick={(picked) => marking.setMark((before) => ({ ...before, area: picked }))}
          onEnd={() => marking.setPicking(false)}
        />
      )}
    </>
  );
  if (asset.mediaClass === 'image') {
    return (
      <div className="preview">
        <div className="picture" style={shapeOf(asset)}>
          <img src={source} alt={titleOf(asset, format.language)} />
          {layer}
        </div>
      </div>
    );
  }
  function step(seconds: number): void {
    const player = media.current;
    if (!player) return;
    player.pause();
    player.currentTime = Math.max(0, Math.min(player.duration || 0, player.currentTime + seconds));
  }
  const steps: readonly (readonly [string, string, number])[] = [
    ['«', words.secondBack, -1],
    ['‹', words.frameBack, -FRAME_S],
    ['›', words.frameOn, FRAME_S],
    ['»', words.secondOn, 1],
  ];
  return (
    <div className="preview">
      <div className="picture" style={shapeOf(asset)}>
        {/* biome-ignore lint/a11y/useMediaCaption: material carries its text in the picture */}
        <video
          ref={media}
          src={source}
          controls
          playsInline
          preload="metadata"
          poster={`/api/assets/${asset.id}/thumbnail`}
          onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
          onKeyDown={(event) => {
            if (event.key === ',') step(-FRAME_S);
            else if (event.key === '.') step(FRAME_S);
          }}
          aria-label={words.preview}
        />
        {layer}
      </div>
      <p className="acts">
        {steps.map(([sign, name, seconds]) => (
          <Button key={name} size="small" onClick={() => step(seconds)} aria-label={name} title={name}>
            {sign}
          </Button>
        ))}
        <output className="number">{momentOf(at)}</output>
        <small className="quiet">{words.keys}</small>
      </p>
    </div>
  );
}
