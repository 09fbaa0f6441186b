import { partsOf } from '../base/issue-words.ts';
import { noSuch, Refusal, type RefusalCode } from '../base/refusal.ts';
import { type Bytes, type Clock, DAY_MS, type Ms, SECOND_MS } from '../base/units.ts';
import type { AssetStore } from './asset-store.ts';
import { plainFileName } from './file-name.ts';
import { type ImportFlow, MATERIAL_BYTES } from './import-flow.ts';
import { brokeOff, type MediaFiles, tooLarge } from './media-files.ts';
import { emptyFile } from './probed.ts';
import {
  MOST_OPEN_UPLOADS,
  type ToldUpload,
  UPLOAD_LIFE_MS,
  type UploadRecord,
  uploadMetadataSchema,
} from './upload.ts';
import type { UploadFiles } from './upload-files.ts';
import type { UploadStore } from './upload-store.ts';

/** How often the examination of a file says that it lives; must be well below the life of a claim. */
const RENEW_EVERY_MS: Ms = 5 * SECOND_MS;
/** Attempts at a file whose examination fails by no fault of its own, such as a full disk or a lost database. */
const MOST_ATTEMPTS = 20;
/** What says nothing of the file. */
const PASSING: readonly RefusalCode[] = ['disk.full', 'storage.unreachable'];

/** Takes files in piece by piece, over days and restarts if need be; then they go the way of every file. */
export interface UploadFlow {
  /**
   * Begins one; `metadata` is what its sender says of it. Gives its id.
   * @throws Refusal request.invalid, asset.empty, asset.tooLarge, upload.tooMany, disk.full
   */
  begin(given: {
    ownerId: string;
    bytes: Bytes;
    metadata: Readonly<Record<string, string | null>>;
  }): Promise<string>;
  /** An upload of this person with how much of it has come. @throws Refusal upload.unknown, also for others' */
  find(id: string, ownerId: string): Promise<UploadRecord & { readonly receivedBytes: Bytes }>;
  /** How much of an upload there is, whoever's it is. @throws Refusal upload.unknown */
  facts(id: string): Promise<{ readonly bytes: Bytes; readonly receivedBytes: Bytes }>;
  /** Writes what comes behind the first `at` bytes; gives how many there are now. @throws Refusal disk.full */
  append(id: string, at: Bytes, source: AsyncIterable<Uint8Array>): Promise<Bytes>;
  /** What became of it up to now. @throws Refusal upload.unknown */
  tell(id: string, ownerId: string): Promise<ToldUpload>;
  /** Unfinished ones of this person, oldest first. */
  listOpen(ownerId: string): Promise<ToldUpload[]>;
  /** Gives one up. @throws Refusal upload.unknown, also once all bytes have come */
  drop(id: string): Promise<void>;
  /** All bytes have come: it is examined from now on. */
  complete(id: string): Promise<void>;
  /** Examines whole files, one after another, until none waits. */
  examine(): Promise<void>;
  /** Forgets what nobody goes on with, and files that no upload has. */
  expire(): Promise<void>;
}

/** Makes the flow. */
export function uploadFlow(deps: {
  store: UploadStore;
  parts: UploadFiles;
  files: MediaFiles;
  imports: ImportFlow;
  assets: AssetStore;
  now: Clock;
  onTrouble: (error: unknown) => void;
  mostBytes?: Bytes;
}): UploadFlow {
  const { store, parts, files, imports, assets, now, onTrouble, mostBytes = MATERIAL_BYTES } = deps;
  let examining: Promise<void> | null = null;

  async function facts(id: string) {
    const upload = /^[0-9a-f]{32}$/.test(id) ? await store.get(id) : null;
    if (upload === null) throw noSuch('upload.unknown', id);
    const receivedBytes = upload.state === 'receiving' ? ((await parts.facts(id))?.bytes ?? 0) : upload.bytes;
    return { ...upload, receivedBytes };
  }

  async function find(id: string, ownerId: string) {
    const upload = await facts(id);
    if (upload.ownerId !== ownerId) throw noSuch('upload.unknown', id);
    return upload;
  }

  async function told(upload: UploadRecord & { receivedBytes: Bytes }): Promise<ToldUpload> {
    const { id, draft, bytes, receivedBytes, state, createdAt, assetId, isNew, refusal } = upload;
    return {
      ...{ id, fileName: draft.fileName, bytes, receivedBytes, state, isNew, refusal },
      createdAt: new Date(createdAt).toISOString(),
      asset: assetId === null ? null : await assets.get(assetId),
    };
  }

  async function takeIn(upload: UploadRecord): Promise<void> {
    const incoming = await files.adopt(parts.pathOf(upload.id), upload.sha256);
    if (incoming === null || incoming.bytes !== upload.bytes) throw brokeOff();
    const isSecondTry = upload.sha256 === incoming.sha256;
    await store.noteHash(upload.id, incoming.sha256);
    const { asset, isNew } = await imports.takeIn(incoming, { draft: upload.draft, actor: upload.ownerId });
    // A server that dies right after it made the asset finds it there as it tries again.
    const isOurs = isSecondTry && Date.parse(asset.createdAt) >= upload.createdAt;
    await store.finish(upload.id, { assetId: asset.id, isNew: isNew || isOurs });
  }

  async function examineOne(upload: UploadRecord & { attempts: number }): Promise<void> {
    const renewing = setInterval(() => void store.renew(upload.id).catch(onTrouble), RENEW_EVERY_MS);
    try {
      await takeIn(upload);
    } catch (error) {
      const isVerdict = error instanceof Refusal && !PASSING.includes(error.code);
      if (!isVerdict) onTrouble(error);
      if (!isVerdict && upload.attempts < MOST_ATTEMPTS) return;
      const { code, sentence } = isVerdict ? error : notExamined();
      await store.refuse(upload.id, { code, ...sentence });
      await parts.remove(upload.id);
    } finally {
      clearInterval(renewing);
    }
  }

  async function examineAll(): Promise<void> {
    for (let next = await store.claim(); next !== null; next = await store.claim()) await examineOne(next);
  }

  const flow: UploadFlow = {
    async begin({ ownerId, bytes, metadata }) {
      const given = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null));
      const parsed = uploadMetadataSchema.safeParse(given);
      if (!parsed.success)
        throw new Refusal(
          'request.invalid',
          {
            en: 'What was said of the file does not fit; what is wrong is listed under parts.',
            zh: '文件的说明信息有误，请按下列各项修改后重试。',
          },
          partsOf(parsed.error, given),
        );
      if (bytes === 0) throw emptyFile();
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      const draft = { ...parsed.data, fileName: plainFileName(parsed.data.fileName) };
      const upload = await store.add({ ownerId, draft, bytes }, MOST_OPEN_UPLOADS);
      if (upload === null) throw tooMany();
      try {
        await parts.create(upload.id, bytes);
      } catch (error) {
        await store.remove(upload.id);
        throw error;
      }
      return upload.id;
    },
    facts,
    find,
    async append(id, at, source) {
      const upload = await store.get(id);
      if (upload?.state !== 'receiving') throw noSuch('upload.unknown', id);
      return parts.append(id, at, source, upload.bytes - at);
    },
    async tell(id, ownerId) {
      const upload = await find(id, ownerId);
      // The server may have died between the last byte and the note that it was the last.
      if (upload.state === 'receiving' && upload.receivedBytes === upload.bytes) {
        await flow.complete(id);
        return told({ ...upload, state: 'examining' });
      }
      return told(upload);
    },
    async listOpen(ownerId) {
      const open = await store.openOf(ownerId);
      return Promise.all(open.map(async ({ id }) => told(await find(id, ownerId))));
    },
    async drop(id) {
      const upload = await store.get(id);
      if (upload === null || upload.state === 'examining') throw noSuch('upload.unknown', id);
      await store.remove(id);
      await parts.remove(id);
    },
    async complete(id) {
      if (await store.complete(id)) void flow.examine().catch(onTrouble);
    },
    async examine() {
      // Whoever comes while others are examined waits for a look after them: its own may have come too late for them.
      const before = examining;
      const mine = (async () => {
        await before?.catch(() => {});
        await examineAll();
      })();
      examining = mine;
      await mine.finally(() => {
        if (examining === mine) examining = null;
      });
    },
    async expire() {
      const before = now() - UPLOAD_LIFE_MS;
      for (const { id, state } of await store.olderThan(before)) {
        const facts = await parts.facts(id);
        if (state === 'receiving' && facts !== null && facts.changedAt >= before) continue;
        await store.remove(id);
        await parts.remove(id);
      }
      const wanted = new Set(await store.withFiles());
      for (const id of await parts.list()) {
        if (wanted.has(id)) continue;
        const facts = await parts.facts(id);
        if (facts !== null && facts.changedAt < now() - DAY_MS) await parts.remove(id);
      }
    },
  };
  return flow;
}

function notExamined(): Refusal {
  return new Refusal('upload.notExamined', {
    en: 'The server could not examine the file; tell the administrator, and send it again later.',
    zh: '服务器未能检查此文件，请告知管理员，稍后重新上传。',
  });
}

function tooMany(): Refusal {
  return new Refusal('upload.tooMany', {
    en: `You have ${MOST_OPEN_UPLOADS} unfinished uploads: go on with them, or drop some.`,
    zh: `您有 ${MOST_OPEN_UPLOADS} 个未完成的上传，请继续上传或放弃其中一些。`,
  });
}
