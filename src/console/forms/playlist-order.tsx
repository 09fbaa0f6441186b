import {
  type Active,
  type CollisionDetection,
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  pointerWithin,
  type UniqueIdentifier,
  useDroppable,
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
import { type ReactNode, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { ASSET_STATES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { StateTag } from '../parts/state-tag.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { WholeNumber } from '../parts/whole-number.tsx';
import { type DraftItem, movedItem } from '../playlist-draft.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

/** The place below all entries, where what is dragged in may be dropped too. */
const END = 'end';

/** What is dragged in goes where the pointer is; what is moved, to the nearest entry. */
const collision: CollisionDetection = (args) =>
  args.active.data.current?.asset
    ? pointerWithin(args).sort((a, b) => Number(a.id === END) - Number(b.id === END))
    : closestCenter({
        ...args,
        droppableContainers: args.droppableContainers.filter(({ id }) => id !== END),
      });

/** What can be dragged and where to: entries by mouse, finger or keyboard, material from beside by mouse or finger. */
export function PlaylistBoard({
  items,
  onChange,
  onInsert,
  children,
}: {
  items: readonly DraftItem[];
  onChange: (items: readonly DraftItem[]) => void;
  onInsert: (asset: Asset, place: number) => void;
  children: ReactNode;
}) {
  const words = useWords(playlistWords);
  const [carried, setCarried] = useState<string | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const placeOf = (key: UniqueIdentifier | undefined) => items.findIndex((item) => item.key === key);
  const nameOf = (one: Active) => one.data.current?.title ?? items[placeOf(one.id)]?.title ?? '';
  const at = (key: UniqueIdentifier | undefined) => String(key === END ? items.length + 1 : placeOf(key) + 1);
  function onDragEnd({ active, over }: DragEndEvent): void {
    setCarried(null);
    if (!over) return;
    const asset: Asset | undefined = active.data.current?.asset;
    if (asset) onInsert(asset, over.id === END ? items.length : placeOf(over.id));
    else if (active.id !== over.id) onChange(movedItem(items, placeOf(active.id), placeOf(over.id)));
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={collision}
      onDragStart={({ active }) => setCarried(active.data.current?.asset ? nameOf(active) : null)}
      onDragCancel={() => setCarried(null)}
      onDragEnd={onDragEnd}
      accessibility={{
        screenReaderInstructions: { draggable: words.instructions },
        announcements: {
          onDragStart: ({ active }) => words.picked(nameOf(active), at(active.id), String(items.length)),
          onDragOver: ({ active, over }) => words.moved(nameOf(active), at(over?.id)),
          onDragEnd: ({ active, over }) => words.dropped(nameOf(active), at(over?.id)),
          onDragCancel: ({ active }) => words.cancelled(nameOf(active)),
        },
      }}
    >
      {children}
      <DragOverlay dropAnimation={null}>
        {carried !== null && <p className="carried">{carried}</p>}
      </DragOverlay>
    </DndContext>
  );
}

/** The order of a playlist: by drag, by keyboard, or by buttons. `children`: what is shown of an empty one. */
export function PlaylistOrder({
  items,
  onChange,
  children,
}: {
  items: readonly DraftItem[];
  onChange: (items: readonly DraftItem[]) => void;
  children: ReactNode;
}) {
  const { setNodeRef, isOver } = useDroppable({ id: END });
  return (
    <div ref={setNodeRef} className="order-ground" data-over={isOver}>
      {items.length === 0 ? (
        children
      ) : (
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
      )}
    </div>
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
          <WholeNumber
            value={Math.round(item.durationMs / 1_000)}
            least={1}
            most={3_600}
            aria-label={words.seconds(item.title)}
            onChange={(seconds) => onChange({ ...item, durationMs: seconds * 1_000 })}
          />
          {words.secondsUnit}
        </label>
      ) : (
        <span className="number quiet">{format.length(item.durationMs)}</span>
      )}
      <label className="small-number">
        ×
        <WholeNumber
          value={item.weight}
          least={1}
          most={1_000}
          aria-label={words.weight(item.title)}
          title={words.weightUnit}
          onChange={(weight) => onChange({ ...item, weight })}
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
