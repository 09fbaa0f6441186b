import { once } from 'node:events';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { Refusal } from '../base/refusal.ts';
import { CLOSE_WAIT_S, type DatabaseOptions, folderClient, serverClient } from './connect.ts';
import { requireDatabaseIn } from './data-folder.ts';
import { startEmbedded } from './embedded.ts';
import { NEAR_SOCKET } from './embedded-engine.ts';
import { PatientSocket } from './patient-socket.ts';

/** One connection to a database as it is: no migration is run. */
export interface PlainDatabase {
  readonly sql: Sql;
  close(): Promise<void>;
}

/**
 * Opens a database as it is. An embedded one that a server of this machine holds is reached through that server's
 * engine, when `beside` is set; its other users then wait while a transaction is open.
 * @throws Refusal database.inUse when the folder is held and `beside` is not set; config.invalid
 */
export async function openPlain(
  options: DatabaseOptions,
  { beside = false }: { readonly beside?: boolean } = {},
): Promise<PlainDatabase> {
  if ('url' in options) return closing(serverClient(options.url, 1));
  requireDatabaseIn(options.dataDir);
  try {
    const embedded = await startEmbedded(options.dataDir);
    const sql = folderClient(() => embedded.connect(), 1);
    return {
      sql,
      async close() {
        await sql.end({ timeout: CLOSE_WAIT_S });
        await embedded.close();
      },
    };
  } catch (error) {
    if (!beside || !(error instanceof Refusal) || error.code !== 'database.inUse') throw error;
    const path = join(options.dataDir, ...NEAR_SOCKET);
    // One try first: the driver itself would try for ever.
    (await dial(path).catch(() => Promise.reject(error))).destroy();
    return closing(folderClient(() => dial(path), 1));
  }
}

function closing(sql: Sql): PlainDatabase {
  return { sql, close: () => sql.end({ timeout: CLOSE_WAIT_S }) };
}

async function dial(path: string): Promise<PatientSocket> {
  const socket = new PatientSocket();
  socket.connect(path);
  await once(socket, 'connect');
  return socket;
}
