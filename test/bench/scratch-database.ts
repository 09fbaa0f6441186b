import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { type Database, openDatabase } from '../../src/db/connect.ts';

/**
 * Works on a database of its own, made on the server of TEST_DATABASE_URL or DATABASE_URL and dropped at the
 * end whatever happens.
 * @throws Error when neither variable is set
 */
export async function withScratchDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  return withScratchUrl(async (url) => {
    const database = await openDatabase({ url });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

/** The same, but nobody has opened it yet: it is an empty database at a URL. */
export async function withScratchUrl<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  if (!server) throw new Error('This measurement needs PostgreSQL: set TEST_DATABASE_URL.');
  const name = `bench_${randomUUID().slice(0, 8)}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin`create database ${admin(name)}`;
  try {
    const url = new URL(server);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await admin`drop database if exists ${admin(name)} with (force)`;
    await admin.end();
  }
}

/** The middle of the values; of an even number the upper one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
