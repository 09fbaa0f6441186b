import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type Bytes, type EpochMs, type Ms, SECOND_MS } from '../base/units.ts';
import { unreachable } from './media-files.ts';

/** Where a bucket of an S3-compatible service is, and who we are there. */
export interface BucketConfig {
  /** Absent: Amazon's own of the region. */
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  /** What the names of all objects begin with, such as `media/`; may be empty. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An object that lies in the bucket. */
export interface LyingObject {
  /** The hash that its name says; null when it is not one of ours. */
  readonly sha256: string | null;
  /** As people name it: `s3://bucket/key`. */
  readonly name: string;
  readonly bytes: Bytes;
  readonly changedAt: EpochMs;
}

/** A bucket that holds files under the SHA-256 of their bytes. All of it throws Refusal storage.unreachable. */
export interface Bucket {
  /** Sends a file from the disk. The service is given its hash and refuses bytes that do not have it. */
  put(sha256: string, path: string, bytes: Bytes): Promise<void>;
  /** Opens an object to read; null when it is not there. Whoever reads checks the hash. */
  open(sha256: string): Promise<{ readonly source: AsyncIterable<Uint8Array>; readonly bytes: Bytes } | null>;
  /** How many bytes an object has; null when it is not there. */
  bytesOf(sha256: string): Promise<Bytes | null>;
  /** Removes an object; nothing happens when it is not there. */
  remove(sha256: string): Promise<void>;
  /** All that lies under the prefix, by name. */
  list(): AsyncIterable<LyingObject>;
  close(): void;
}

/** How long a connection may take to open, and how long it may then say nothing. */
const CONNECT_MS: Ms = 5 * SECOND_MS;
const SILENCE_MS: Ms = 60 * SECOND_MS;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
/** A file is sent so often before it is given up: the library does not send a stream twice. */
const MOST_SENDINGS = 3;

/** Opens a bucket; sends nothing yet. `onTrouble` is told what the service said, which no refusal repeats. */
export function openBucket(config: BucketConfig, onTrouble: (error: unknown) => void): Bucket {
  const { bucket: Bucket, prefix } = config;
  const client = new S3Client({
    region: config.region,
    // Services of one's own rarely have a host name for each bucket.
    ...(config.endpoint !== undefined && { endpoint: config.endpoint, forcePathStyle: true }),
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // Trailing checksums are not understood by every service, some of which store them as part of the file.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Every failure is told to `onTrouble`.
    logger: SILENT,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: SILENCE_MS },
  });
  const keyOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('an object is named by a SHA-256');
    return `${prefix}${sha256.slice(0, 2)}/${sha256}`;
  };
  const asking = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      onTrouble(error);
      throw unreachable();
    }
  };
  const unlessAbsent = <T>(step: () => Promise<T>): Promise<T | null> =>
    asking(() =>
      step().catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      }),
    );

  async function send(sha256: string, path: string, bytes: Bytes): Promise<void> {
    await client.send(
      new PutObjectCommand({
        ...{ Bucket, Key: keyOf(sha256), Body: createReadStream(path), ContentLength: bytes },
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      }),
    );
    const there = await client.send(new HeadObjectCommand({ Bucket, Key: keyOf(sha256) }));
    if (there.ContentLength !== bytes)
      throw new Error(`the bucket has ${there.ContentLength} bytes of ${sha256}, not ${bytes}`);
  }

  return {
    put: (sha256, path, bytes) =>
      asking(async () => {
        for (let sending = 1; ; sending++) {
          try {
            return await send(sha256, path, bytes);
          } catch (error) {
            if (sending === MOST_SENDINGS || isFinal(error)) throw error;
          }
        }
      }),
    open: (sha256) =>
      unlessAbsent(async () => {
        const { Body, ContentLength } = await client.send(
          new GetObjectCommand({ Bucket, Key: keyOf(sha256) }),
        );
        if (!(Body instanceof Readable) || ContentLength === undefined)
          throw new Error(`the bucket gave no body for ${sha256}`);
        return { source: Body, bytes: ContentLength };
      }),
    bytesOf: (sha256) =>
      unlessAbsent(async () => {
        const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: keyOf(sha256) }));
        return ContentLength ?? 0;
      }),
    remove: (sha256) =>
      asking(async () => {
        await client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(sha256) }));
      }),
    async *list() {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })[Symbol.asyncIterator]();
      for (;;) {
        const page = await asking(() => pages.next());
        if (page.done) return;
        for (const { Key, Size, LastModified } of page.value.Contents ?? []) {
          if (Key === undefined) continue;
          const named = /^([0-9a-f]{2})\/([0-9a-f]{64})$/.exec(Key.slice(prefix.length));
          yield {
            sha256: named?.[2]?.startsWith(named[1] ?? ' ') ? named[2] : null,
            name: `s3://${Bucket}/${Key}`,
            bytes: Size ?? 0,
            changedAt: LastModified?.getTime() ?? 0,
          };
        }
      }
    },
    close: () => client.destroy(),
  };
}

function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name);
}

/** What the service refuses once, it refuses again. */
function isFinal(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}
