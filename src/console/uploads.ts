import { useSyncExternalStore } from 'react';
import type { Asset } from '../catalogue/asset.ts';
import { Trouble, troubleOf } from './api.ts';
import { currentLanguage } from './language.ts';

/*
 * Files on their way to the server. The queue outlives the page that it was filled on:
 *   waiting → sending → done | known (was there already) | refused → (retry) waiting
 */

/** One file on its way. */
export interface Upload {
  readonly id: number;
  readonly fileName: string;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly state: 'waiting' | 'sending' | 'done' | 'known' | 'refused';
  readonly asset: Asset | null;
  readonly trouble: Error | null;
}

interface Entry {
  upload: Upload;
  readonly file: File;
  readonly category: Asset['category'];
  readonly abort: AbortController;
}

const AT_ONCE = 2;
const entries: Entry[] = [];
const listeners = new Set<() => void>();
const arrivals = new Set<() => void>();
let shown: readonly Upload[] = [];
let lastId = 0;

function tell(): void {
  shown = entries.map(({ upload }) => upload);
  for (const listener of listeners) listener();
}

function pump(): void {
  const sending = entries.filter(({ upload }) => upload.state === 'sending').length;
  for (const entry of entries
    .filter(({ upload }) => upload.state === 'waiting')
    .slice(0, AT_ONCE - sending)) {
    void carry(entry);
  }
  tell();
}

async function carry(entry: Entry): Promise<void> {
  const now = (change: Partial<Upload>) => {
    entry.upload = { ...entry.upload, ...change };
    tell();
  };
  now({ state: 'sending', trouble: null, sentBytes: 0 });
  try {
    const { asset, isNew } = await sendFile(entry.file, {
      category: entry.category,
      onSent: (sentBytes) => now({ sentBytes }),
      signal: entry.abort.signal,
    });
    now({ state: isNew ? 'done' : 'known', asset, sentBytes: entry.file.size });
    for (const arrival of arrivals) arrival();
  } catch (error) {
    now({ state: 'refused', trouble: error instanceof Error ? error : new Error(String(error)) });
  }
  pump();
}

/** Puts files at the end of the queue. */
export function addUploads(files: readonly File[], category: Asset['category']): void {
  for (const file of files) {
    lastId += 1;
    const upload = { id: lastId, fileName: file.name, bytes: file.size, sentBytes: 0 } as const;
    entries.push({
      upload: { ...upload, state: 'waiting', asset: null, trouble: null },
      file,
      category,
      abort: new AbortController(),
    });
  }
  pump();
}

/** Stops a file and takes it off the list. */
export function dropUpload(id: number): void {
  const at = entries.findIndex(({ upload }) => upload.id === id);
  const [entry] = at < 0 ? [] : entries.splice(at, 1);
  entry?.abort.abort();
  pump();
}

/** Sends a refused file once more. */
export function retryUpload(id: number): void {
  const entry = entries.find(({ upload }) => upload.id === id);
  if (entry?.upload.state !== 'refused') return;
  entry.upload = { ...entry.upload, state: 'waiting' };
  pump();
}

/** Calls back whenever a file has become material. */
export function onArrival(listener: () => void): () => void {
  arrivals.add(listener);
  return () => arrivals.delete(listener);
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

/**
 * Sends one file and gives the asset that it became, or the one that has the same content already.
 * `onSent`: bytes sent so far. @throws Trouble
 */
export function sendFile(
  file: File,
  how: { category: Asset['category']; onSent?: (bytes: number) => void; signal?: AbortSignal },
): Promise<{ asset: Asset; isNew: boolean }> {
  const query = new URLSearchParams({ fileName: file.name, category: how.category });
  const isChinese = currentLanguage() === 'zh';
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much of a body has been sent.
    const request = new XMLHttpRequest();
    request.open('POST', `/api/assets?${query}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('accept-language', isChinese ? 'zh-CN' : 'en');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded }) => how.onSent?.(loaded);
    request.onload = () => {
      const { status, response } = request;
      if (status === 200 || status === 201) resolve({ asset: response as Asset, isNew: status === 201 });
      else reject(troubleOf(status, response));
    };
    const broke = () =>
      reject(
        new Trouble(isChinese ? '上传中断' : 'The upload was cut off', {
          status: 0,
          code: 'away',
          detail: '',
        }),
      );
    request.onerror = broke;
    request.onabort = broke;
    how.signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
