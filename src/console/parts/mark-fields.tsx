import { Button } from 'antd';
import type { RefObject } from 'react';
import type { Asset, ReviewMark } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import type { Marking } from '../review-mark.ts';
import { markWords } from '../words/mark-words.ts';
import { useWords } from '../words/use-words.ts';
import { momentOf, type PreviewHandle } from './preview.tsx';

/** Says a mark in words. */
export function useMarkWords(): (mark: ReviewMark) => string {
  const words = useWords(markWords);
  const format = useFormat();
  return ({ atMs, area }) =>
    [
      atMs === undefined ? null : words.moment(momentOf(atMs / 1_000)),
      area
        ? words.area(
            format.percent(area.left),
            format.percent(area.top),
            format.percent(area.width),
            format.percent(area.height),
          )
        : null,
    ]
      .filter((part) => part !== null)
      .join(' · ');
}

/** Marks the moment at which the film stands, an area of the picture, or both. */
export function MarkFields({
  asset,
  marking,
  preview,
}: {
  asset: Asset;
  marking: Marking;
  preview: RefObject<PreviewHandle | null>;
}) {
  const words = useWords(markWords);
  const say = useMarkWords();
  const { mark, setMark, isPicking, setPicking } = marking;
  return (
    <div className="marks">
      <span className="quiet">{words.marks}</span>
      <p className="acts">
        {asset.mediaClass !== 'image' && (
          <Button
            size="small"
            onClick={() => {
              const atMs = preview.current?.atMs();
              if (atMs !== undefined && atMs !== null) setMark((before) => ({ ...before, atMs }));
            }}
          >
            {words.markMoment}
          </Button>
        )}
        {asset.mediaClass !== 'audio' && (
          <Button size="small" aria-pressed={isPicking} onClick={() => setPicking(!isPicking)}>
            {words.markArea}
          </Button>
        )}
        {mark && (
          <>
            <output>{say(mark)}</output>
            <Button size="small" onClick={() => setMark(null)}>
              {words.dropMark}
            </Button>
          </>
        )}
      </p>
      {isPicking && <p className="quiet">{words.pickArea}</p>}
    </div>
  );
}
