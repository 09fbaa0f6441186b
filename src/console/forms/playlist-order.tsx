import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { Button } from 'antd';
import { ASSET_STATES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { StateTag } from '../parts/state-tag.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { type DraftItem, movedItem } from '../playlist-draft.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

/** The order of a playlist: by drag, by keyboard, or by buttons. */
export function PlaylistOrder({
  items,
  onChange,
}: {
  items: readonly DraftItem[];
  onChange: (items: readonly DraftItem[]) => void;
}) {
  const words = useWords(playlistWords);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const placeOf = (key: UniqueIdentifier | undefined) => items.findIndex((item) => item.key === key);
  const nameOf = (key: UniqueIdentifier) => items[placeOf(key)]?.title ?? '';
  const at = (key: UniqueIdentifier | undefined) => String(placeOf(key) + 1);
  function onDragEnd({ active, over }: DragEndEvent): void {
    if (over && active.id !== over.id) onChange(movedItem(items, placeOf(active.id), placeOf(over.id)));
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={onDragEnd}
      accessibility={{
        screenReaderInstructions: { draggable: words.instructions },
        announcements: {
          onDragStart: ({ active }) => words.picked(nameOf(active.id), at(active.id), String(items.length)),
          onDragOver: ({ active, over }) => words.moved(nameOf(active.id), at(over?.id)),
          onDragEnd: ({ active, over }) => words.dropped(nameOf(active.id), at(over?.id)),
          onDragCancel: ({ active }) => words.cancelled(nameOf(active.id)),
        },
      }}
    >
      <SortableContext items={items.map(({ key }) => key)} strategy={verticalListSortingStrategy}>
        <ol className="order">
          {items.map((item, place) => (
            <OrderRow
              key={item.key}
              item={item}
              isFirst={place === 0}
              isLast={place === items.length - 1}
              onChange={(next) => onChange(items.map((one) => (one.key === item.key ? next : one)))}
              onMove={(by) => onChange(movedItem(items, place, place + by))}
              onRemove={() => onChange(items.filter(({ key }) => key !== item.key))}
            />
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  );
}

function OrderRow({
  item,
  isFirst,
  isLast,
  onChange,
  onMove,
  onRemove,
}: {
  item: DraftItem;
  isFirst: boolean;
  isLast: boolean;
  onChange: (item: DraftItem) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({ id: item.key });
  const state = ASSET_STATES.find((known) => known === item.state);
  const whole = (text: string, most: number) => Math.max(1, Math.min(most, Math.round(Number(text)) || 1));
  return (
    <li
      ref={setNodeRef}
      data-dragging={isDragging}
      style={{
        transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined,
        transition,
      }}
    >
      <button
        type="button"
        className="handle"
        ref={setActivatorNodeRef}
        {...attributes}
        {...listeners}
        aria-label={words.handle(item.title)}
      >
        ⠿
      </button>
      <Thumbnail assetId={item.assetId} />
      <span className="what">
        <b>{item.title}</b>
        {state !== undefined && state !== 'approved' && <StateTag state={state} />}
      </span>
      {item.mediaClass === 'image' ? (
        <label className="small-number">
          <input
            type="number"
            min={1}
            max={3_600}
            aria-label={words.seconds(item.title)}
            value={Math.round(item.durationMs / 1_000)}
            onChange={({ target }) => onChange({ ...item, durationMs: whole(target.value, 3_600) * 1_000 })}
          />
          {words.secondsUnit}
        </label>
      ) : (
        <span className="number quiet">{format.length(item.durationMs)}</span>
      )}
      <label className="small-number">
        ×
        <input
          type="number"
          min={1}
          max={1_000}
          aria-label={words.weight(item.title)}
          title={words.weightUnit}
          value={item.weight}
          onChange={({ target }) => onChange({ ...item, weight: whole(target.value, 1_000) })}
        />
      </label>
      <span className="acts">
        <Button size="small" disabled={isFirst} onClick={() => onMove(-1)} aria-label={words.up(item.title)}>
          ↑
        </Button>
        <Button size="small" disabled={isLast} onClick={() => onMove(1)} aria-label={words.down(item.title)}>
          ↓
        </Button>
        <Button size="small" onClick={onRemove} aria-label={words.removeItem(item.title)}>
          ×
        </Button>
      </span>
    </li>
  );
}
