import { useSyncExternalStore } from 'react';
import type { Asset } from '../catalogue/asset.ts';
import { type Sending, startSending } from './send-file.ts';

/*
 * Files on their way to the server. The queue outlives the page that it was filled on:
 *   waiting → sending ⇄ paused, → examining → done | known (was there already) | refused → (retry) waiting
 */

/** One file on its way. */
export interface Upload {
  readonly id: number;
  readonly fileName: string;
  readonly bytes: number;
  readonly sentBytes: number;
  /** Bytes a second over the last seconds; null while nothing moves. */
  readonly perSecond: number | null;
  readonly state: 'waiting' | 'sending' | 'paused' | 'examining' | 'done' | 'known' | 'refused';
  /** The server is away; it goes on by itself. */
  readonly isHeld: boolean;
  readonly asset: Asset | null;
  readonly trouble: Error | null;
}

interface Entry {
  upload: Upload;
  readonly file: File;
  readonly category: Asset['category'];
  sending: Sending | null;
  /** What had been sent at moments of the last seconds. */
  marks: { at: number; bytes: number }[];
}

const AT_ONCE = 3;
const SPEED_OVER_MS = 4_000;
const entries: Entry[] = [];
const listeners = new Set<() => void>();
const arrivals = new Set<() => void>();
let shown: readonly Upload[] = [];
let lastId = 0;

function tell(): void {
  shown = entries.map(({ upload }) => upload);
  for (const listener of listeners) listener();
}

function change(entry: Entry, next: Partial<Upload>): void {
  entry.upload = { ...entry.upload, ...next };
  tell();
}

function pump(): void {
  const busy = entries.filter(({ upload }) => upload.state === 'sending').length;
  const waiting = entries.filter(({ upload }) => upload.state === 'waiting');
  for (const entry of waiting.slice(0, Math.max(0, AT_ONCE - busy))) void carry(entry);
  tell();
}

async function carry(entry: Entry): Promise<void> {
  entry.marks = [];
  change(entry, { state: 'sending', trouble: null, isHeld: false });
  if (entry.sending !== null) return entry.sending.goOn();
  const sending = startSending(entry.file, entry.category, {
    onSent: (sentBytes) => change(entry, { sentBytes, perSecond: speedOf(entry, sentBytes) }),
    onHeld: (isHeld) => change(entry, { isHeld, perSecond: null }),
    onExamining: () => {
      change(entry, { state: 'examining', sentBytes: entry.file.size, perSecond: null });
      pump();
    },
  });
  entry.sending = sending;
  try {
    const { asset, isNew } = await sending.outcome;
    change(entry, { state: isNew ? 'done' : 'known', asset, sentBytes: entry.file.size });
    for (const arrival of arrivals) arrival();
  } catch (error) {
    entry.sending = null;
    const trouble = error instanceof Error ? error : new Error(String(error));
    change(entry, { state: 'refused', trouble, perSecond: null, isHeld: false });
  }
  pump();
}

function speedOf(entry: Entry, bytes: number): number | null {
  const at = performance.now();
  entry.marks.push({ at, bytes });
  entry.marks = entry.marks.filter((mark) => at - mark.at <= SPEED_OVER_MS && mark.bytes <= bytes);
  const [first] = entry.marks;
  return first === undefined || at - first.at < 300
    ? null
    : (1_000 * (bytes - first.bytes)) / (at - first.at);
}

/** Puts files at the end of the queue. */
export function addUploads(files: readonly File[], category: Asset['category']): void {
  for (const file of files) {
    lastId += 1;
    const upload = { id: lastId, fileName: file.name, bytes: file.size, sentBytes: 0 } as const;
    const still = { perSecond: null, isHeld: false, asset: null, trouble: null };
    const entry = { upload: { ...upload, ...still, state: 'waiting' as const }, file, category };
    entries.push({ ...entry, sending: null, marks: [] });
  }
  pump();
}

function entryOf(id: number): Entry | undefined {
  return entries.find(({ upload }) => upload.id === id);
}

/** Stops a file for now; what has come stays at the server. */
export function pauseUpload(id: number): void {
  const entry = entryOf(id);
  if (entry?.upload.state !== 'sending' && entry?.upload.state !== 'waiting') return;
  entry.sending?.pause();
  change(entry, { state: 'paused', perSecond: null, isHeld: false });
  pump();
}

/** Goes on with a paused file, behind those that are on their way. */
export function goOnWithUpload(id: number): void {
  const entry = entryOf(id);
  if (entry?.upload.state !== 'paused') return;
  change(entry, { state: 'waiting' });
  pump();
}

/** Stops a file and takes it off the list, and off the server where it is unfinished. */
export function dropUpload(id: number): void {
  const at = entries.findIndex(({ upload }) => upload.id === id);
  const [entry] = at < 0 ? [] : entries.splice(at, 1);
  if (entry && ['sending', 'paused'].includes(entry.upload.state)) entry.sending?.drop();
  pump();
}

/** Sends a refused file once more. */
export function retryUpload(id: number): void {
  const entry = entryOf(id);
  if (entry?.upload.state !== 'refused') return;
  change(entry, { state: 'waiting', sentBytes: 0 });
  pump();
}

/** Calls back whenever a file has become material. */
export function onArrival(listener: () => void): () => void {
  arrivals.add(listener);
  return () => arrivals.delete(listener);
}

/** Whether the server's upload of this id is one of this page. */
export function isOfThisPage(serverId: string): boolean {
  return entries.some(({ sending }) => sending?.id() === serverId);
}

/** All files on their way or arrived, in the order in which they were added. */
export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

window.addEventListener('beforeunload', (event) => {
  // The server keeps what has come, but after a reload a person has to choose the file again.
  if (entries.some(({ upload }) => upload.state === 'sending')) event.preventDefault();
});
