import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';

declare module 'vitest' {
  /** What the setup of a project hands to its test files. */
  export interface ProvidedContext {
    database:
      | { readonly kind: 'embedded'; readonly home: string }
      | { readonly kind: 'postgres'; readonly server: string; readonly template: string };
  }
}

/** A fresh place for a database with the schema in it and no rows, not yet opened. */
export interface TestPlace {
  readonly kind: 'embedded' | 'postgres';
  /** What `openDatabase` takes. */
  readonly options: DatabaseOptions;
  /** Removes it; every database opened on it must be closed. */
  remove(): Promise<void>;
}

/** An open database of the test file's own. `close` also removes it. */
export interface TestDatabase extends Database {
  readonly options: DatabaseOptions;
}

/**
 * Makes a fresh place on the kind of database that this run of the file is for. `isBare`: without the schema, as
 * somebody finds it who has just made it.
 */
export async function testPlace({ isBare = false }: { readonly isBare?: boolean } = {}): Promise<TestPlace> {
  const given = inject('database');
  const name = randomUUID().slice(0, 8);
  if (given.kind === 'embedded') {
    const dataDir = join(given.home, name);
    if (isBare) await mkdir(dataDir);
    else
      await cp(join(given.home, 'template'), dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
    return {
      kind: 'embedded',
      options: { dataDir },
      remove: () => rm(dataDir, { recursive: true, force: true }),
    };
  }
  const own = `${given.template}_${name}`;
  const admin = postgres(given.server, { max: 1, onnotice: () => {} });
  await admin`create database ${admin(own)} template ${admin(isBare ? 'template0' : given.template)}`;
  const url = new URL(given.server);
  url.pathname = `/${own}`;
  return {
    kind: 'postgres',
    options: { url: url.href },
    async remove() {
      await admin`drop database if exists ${admin(own)} with (force)`;
      await admin.end();
    },
  };
}

/**
 * Opens a fresh database, for `beforeAll`; close it in `afterAll`. The same test file runs on the embedded
 * default and, where TEST_DATABASE_URL is set, on PostgreSQL.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const place = await testPlace();
  const database = await openDatabase(place.options);
  let closing: Promise<void> | undefined;
  return {
    db: database.db,
    sql: database.sql,
    kind: database.kind,
    bell: database.bell,
    get enginePid() {
      return database.enginePid;
    },
    options: place.options,
    close() {
      closing ??= database.close().then(() => place.remove());
      return closing;
    },
  };
}
