import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/connect.ts';

/** Makes one migrated database on the server for the run; every test file gets a copy of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) throw new Error('TEST_DATABASE_URL is not set.');
  const template = `beacon_tower_${process.pid}_template`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin`drop database if exists ${admin(template)} with (force)`;
  await admin`create database ${admin(template)}`;
  const url = new URL(server);
  url.pathname = `/${template}`;
  const database = await openDatabase({ url: url.href });
  await database.close();
  project.provide('database', { kind: 'postgres', server, template });
  return async () => {
    await admin`drop database if exists ${admin(template)} with (force)`;
    await admin.end();
  };
}
