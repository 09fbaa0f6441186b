import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { answer, api } from '../api.ts';
import { endpointSearchQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import type { DraftItem } from '../playlist-draft.ts';
import { placeAt, turnOf } from '../playlist-order-of-play.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found, Nothing } from './waiting.tsx';

/** How often a still's clock is read. */
const TICK_MS = 100;
const FRAME_MS = 40;
/** A film that is so far from where the clock stands is put there. */
const DRIFT_MS = 400;

interface PlayableItem {
  readonly item: DraftItem;
  readonly sha256: string;
  readonly isPicture: boolean;
}

/** A playlist as it plays on one endpoint: its picture's shape, the files that it gets, order and lengths as they air. */
export function PlaylistPreview({ items }: { items: readonly DraftItem[] }) {
  const words = useWords(playlistWords);
  const { noEndpoints } = useWords(todayWords);
  const format = useFormat();
  const offered = useQuery(endpointSearchQuery(''));
  const [chosen, setChosen] = useState<number>();
  const endpointId = chosen ?? offered.data?.[0]?.id;
  const ids = [...new Set(items.map(({ assetId }) => assetId))];
  const files = useQuery({
    queryKey: ['files', endpointId, ids],
    queryFn: () =>
      answer(
        api.files.endpoints[':id'].files.$get({
          param: { id: String(endpointId) },
          query: { assets: ids.join(',') },
        }),
      ),
    enabled: endpointId !== undefined && ids.length > 0,
  });
  return (
    <section className="panel">
      <h2>{words.preview}</h2>
      <EndpointChoice label={words.previewOn} value={endpointId} onChoose={setChosen} />
      {endpointId === undefined && (
        <Found query={offered} lines={6}>
          {() => <Nothing>{noEndpoints}</Nothing>}
        </Found>
      )}
      {endpointId !== undefined && (
        <Found query={files} lines={6}>
          {({ files: all, kind, widthPx, heightPx }) => {
            const fileOf = new Map(all.map(({ assetId, file }) => [assetId, file]));
            const playable = items.flatMap((item): PlayableItem[] => {
              const file = fileOf.get(item.assetId);
              return file ? [{ item, sha256: file.sha256, isPicture: file.mediaClass === 'image' }] : [];
            });
            const left = items.filter(({ assetId }) => fileOf.get(assetId) === null);
            const shape =
              kind === 'loudspeaker' ? null : { width: widthPx ?? 1_920, height: heightPx ?? 1_080 };
            return (
              <>
                <p className="quiet">
                  {shape === null
                    ? words.soundOnly
                    : words.shape(format.number(shape.width), format.number(shape.height))}
                </p>
                {left.length > 0 && (
                  <p className="quiet">
                    {words.leftOut(format.list([...new Set(left.map(({ title }) => title))]))}
                  </p>
                )}
                {playable.length > 0 && (
                  <Stage key={`${endpointId} ${playable.length}`} playable={playable} shape={shape} />
                )}
              </>
            );
          }}
        </Found>
      )}
    </section>
  );
}

function Stage({
  playable,
  shape,
}: {
  playable: readonly PlayableItem[];
  shape: { readonly width: number; readonly height: number } | null;
}) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const film = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const turn = useMemo(() => turnOf(playable.map(({ item }) => item)), [playable]);
  const last = turn.at(-1);
  const totalMs = last ? last.atMs + last.item.durationMs : 0;
  const place = placeAt(turn, at);
  const play = turn[place];
  const shown = playable.find(({ item }) => item === play?.item);
  const intoMs = at - (play?.atMs ?? 0);

  // Films keep the time while they run; stills have the clock alone.
  useEffect(() => {
    if (!isPlaying) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const step = now - before;
      before = now;
      setAt((position) => {
        const current = turn[placeAt(turn, position)];
        const media = film.current;
        if (current && media && !media.paused && !media.ended && media.currentTime > 0) {
          const end = current.atMs + current.item.durationMs;
          return Math.min(end, Math.max(position, current.atMs + media.currentTime * 1_000));
        }
        if (media && !media.ended && media.readyState < 2) return position;
        return position + step >= totalMs ? 0 : position + step;
      });
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying, turn, totalMs]);
  useEffect(() => {
    const media = film.current;
    if (!media) return;
    if (Math.abs(media.currentTime * 1_000 - intoMs) > (isPlaying ? DRIFT_MS : 1))
      media.currentTime = intoMs / 1_000;
    if (isPlaying && media.paused && !media.ended) void media.play().catch(() => setPlaying(false));
    if (!isPlaying && !media.paused) media.pause();
  });

  const seek = (ms: number) => setAt(Math.max(0, Math.min(totalMs - 1, ms)));
  const hop = (by: number) => seek(turn[(place + by + turn.length) % turn.length]?.atMs ?? 0);
  const step = (ms: number) => {
    setPlaying(false);
    seek(at + ms);
  };
  function onKey(event: KeyboardEvent): void {
    const isSlider = event.target instanceof HTMLInputElement;
    const acts: readonly (readonly [key: string, isOn: boolean, act: () => void])[] = [
      [',', true, () => step(-FRAME_MS)],
      ['.', true, () => step(FRAME_MS)],
      [' ', event.target === event.currentTarget, () => setPlaying(!isPlaying)],
      ['ArrowLeft', !isSlider, () => step(-1_000)],
      ['ArrowRight', !isSlider, () => step(1_000)],
    ];
    const act = acts.find(([key, isOn]) => isOn && key === event.key)?.[2];
    if (!act) return;
    event.preventDefault();
    act();
  }
  if (!play || !shown) return null;
  const source = `/api/assets/${shown.item.assetId}/file?sha256=${shown.sha256}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys play and step
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
    <div className="stage" role="group" aria-label={words.stageKeys} tabIndex={0} onKeyDown={onKey}>
      <div
        className="picture"
        data-sound={shape === null}
        style={
          shape
            ? {
                aspectRatio: `${shape.width} / ${shape.height}`,
                width: `min(100%, ${(44 * shape.width) / shape.height}vh)`,
              }
            : undefined
        }
      >
        {shown.isPicture ? (
          <img src={source} alt={play.item.title} />
        ) : (
          // biome-ignore lint/a11y/useMediaCaption: material carries its text in the picture
          <video key={`${place} ${shown.sha256}`} ref={film} src={source} playsInline preload="auto" />
        )}
        {shape === null && <b>{play.item.title}</b>}
      </div>
      <input
        type="range"
        min={0}
        max={Math.max(1, totalMs - 1)}
        step={FRAME_MS}
        value={Math.round(at)}
        aria-label={words.seek}
        aria-valuetext={format.length(at)}
        onChange={({ target }) => seek(Number(target.value))}
      />
      <p className="acts">
        <Button size="small" onClick={() => hop(-1)} aria-label={words.before}>
          «
        </Button>
        <Button size="small" type="primary" onClick={() => setPlaying(!isPlaying)}>
          {isPlaying ? words.pause : words.play}
        </Button>
        <Button size="small" onClick={() => hop(1)} aria-label={words.after}>
          »
        </Button>
        <Button size="small" onClick={() => step(-FRAME_MS)} aria-label={words.frameBack}>
          ‹
        </Button>
        <Button size="small" onClick={() => step(FRAME_MS)} aria-label={words.frameOn}>
          ›
        </Button>
        <output className="number">
          {format.length(at)} / {format.length(totalMs)}
        </output>
      </p>
      <ol className="turn" aria-label={words.turn}>
        {turn.slice(0, 60).map(({ item, atMs }, index) => (
          <li key={atMs} aria-current={index === place}>
            <button type="button" className="link" onClick={() => seek(atMs)}>
              <span className="number">{format.length(atMs)}</span> {item.title}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
