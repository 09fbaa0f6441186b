import { DetailedError, Upload } from 'tus-js-client';
import type { Asset } from '../catalogue/asset.ts';
import { answer, api, Trouble, troubleOf } from './api.ts';
import { onReturn } from './connection.ts';
import { currentLanguage } from './language.ts';

/* One file on its way by the tus protocol, in pieces that survive a broken line, a reload and a restart. */

const PIECE_BYTES = 16_777_216;
/** A server that is away is asked again for hours: nobody has to sit beside it. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 5_000, ...Array.from({ length: 2_000 }, () => 10_000)];
const ASK_EVERY_MS = 700;

/** What a file became. `isNew` is false when the same content was there before. */
export interface SentFile {
  readonly asset: Asset;
  readonly isNew: boolean;
}

/** A file on its way. */
export interface Sending {
  /** @throws Trouble */
  readonly outcome: Promise<SentFile>;
  /** Its id at the server, once it has one. */
  readonly id: () => string | null;
  pause(): void;
  goOn(): void;
  /** Stops it and takes what has come off the server. */
  drop(): void;
}

/** Who wants to know how far it is. */
export interface SendingWatch {
  /** Bytes that are there, also those of an earlier try. */
  readonly onSent?: (bytes: number) => void;
  /** The server is away, or there again. */
  readonly onHeld?: (isHeld: boolean) => void;
  /** All bytes are there; now the server looks at them. */
  readonly onExamining?: () => void;
}

/** Begins to send a file, or goes on where this browser stopped with the same one. */
export function startSending(
  file: File,
  category: Asset['category'],
  watch: SendingWatch = {},
  /** What else is said of the file, by the names of the protocol's metadata. */
  also: Readonly<Record<string, string>> = {},
): Sending {
  let isStopped = false;
  let isHeld = false;
  let settle: { resolve: (sent: SentFile) => void; reject: (error: Error) => void } | null = null;
  const outcome = new Promise<SentFile>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const held = (next: boolean) => {
    if (isHeld === next) return;
    isHeld = next;
    watch.onHeld?.(next);
  };
  const upload = new Upload(file, {
    endpoint: new URL('/api/uploads', window.location.href).href,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    metadata: { ...also, fileName: file.name, category },
    headers: { 'accept-language': currentLanguage() === 'zh' ? 'zh-CN' : 'en' },
    fingerprint: async () =>
      ['beacon', category, file.size, file.lastModified, file.name, ...Object.values(also)].join(' '),
    removeFingerprintOnSuccess: true,
    onShouldRetry: (error) => {
      const status = error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;
      const mayPass = status === 0 || status === 409 || (status >= 500 && status !== 507);
      if (mayPass) held(true);
      return mayPass;
    },
    onProgress: (sent) => {
      held(false);
      watch.onSent?.(sent);
    },
    onError: (error) => settle?.reject(troubleIn(error)),
    onSuccess: () => {
      watch.onExamining?.();
      const id = idIn(upload.url);
      if (id === null) settle?.reject(new Error('an upload without an address'));
      else outcomeOf(id, () => isStopped).then(settle?.resolve, settle?.reject);
    },
  });
  void begin();
  // What waits for its next try need not wait once the server is known to be there.
  const stopListening = onReturn(() => {
    if (!isHeld || isStopped) return;
    void upload.abort().then(() => upload.start());
  });
  void outcome.then(stopListening, stopListening);

  async function begin(): Promise<void> {
    const [before] = await upload.findPreviousUploads();
    if (before) upload.resumeFromPreviousUpload(before);
    if (!isStopped) upload.start();
  }

  return {
    outcome,
    id: () => idIn(upload.url),
    pause() {
      isStopped = true;
      void upload.abort();
    },
    goOn() {
      isStopped = false;
      upload.start();
    },
    drop() {
      isStopped = true;
      void upload.abort(true).catch(() => {});
    },
  };
}

/**
 * Sends one file and gives the asset that it became, or the one that has the same content already.
 * `onSent`: bytes sent so far. @throws Trouble
 */
export function sendFile(
  file: File,
  how: {
    category: Asset['category'];
    onSent?: (bytes: number) => void;
    also?: Readonly<Record<string, string>>;
  },
): Promise<SentFile> {
  return startSending(file, how.category, how.onSent ? { onSent: how.onSent } : {}, how.also).outcome;
}

function idIn(address: string | null): string | null {
  return address?.split('/').at(-1) ?? null;
}

async function outcomeOf(id: string, isStopped: () => boolean): Promise<SentFile> {
  for (;;) {
    try {
      const told = await answer(api.uploads.uploads[':id'].$get({ param: { id } }));
      if (told.refusal !== null) {
        const sentence = told.refusal[currentLanguage()];
        throw new Trouble(sentence, { status: 422, code: told.refusal.code, detail: '' });
      }
      if (told.asset !== null) return { asset: told.asset, isNew: told.isNew ?? true };
    } catch (error) {
      // A server that is away comes back and goes on with the file.
      if (!(error instanceof Trouble) || (error.status !== 0 && error.status < 500)) throw error;
    }
    if (isStopped()) throw new Error('stopped');
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function troubleIn(error: Error): Error {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response)
    return new Trouble(currentLanguage() === 'zh' ? '上传中断' : 'The upload was cut off', {
      ...{ status: 0, code: 'away', detail: '' },
    });
  return troubleOf(response.getStatus(), readJson(response.getBody()));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
