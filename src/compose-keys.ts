import type { Audit } from './base/audit.ts';
import { Refusal } from './base/refusal.ts';
import { type Clock, SECOND_MS } from './base/units.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/connect.ts';
import { keyRotationFlow } from './schedule/key-rotation-flow.ts';
import { pinnedKeys } from './schedule/pinned-key-store.ts';
import { openSigningKeys, type SigningKeys } from './schedule/signing-key-files.ts';
import { signingKeyRoutes } from './schedule/signing-key-routes.ts';
import { sessionSecret } from './staff/secret-files.ts';
import { holdSharedSecret, isSharedSecret, slowFingerprint } from './staff/shared-secrets-store.ts';

type SecretConfig = Pick<Config, 'dataDir' | 'signingKeyFile' | 'sessionSecret' | 'replaceSecrets'>;

/**
 * The signing key and the secret of sessions, the same ones as of all servers on this database.
 * @throws Refusal config.invalid when they are others, with what to do; the database is closed then.
 */
export async function openSecrets(config: SecretConfig, database: Database) {
  try {
    return await sharedSecrets(config, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function sharedSecrets(config: SecretConfig, { db, kind }: Database) {
  const { replaceSecrets = false } = config;
  const keys = await openSigningKeys(config.signingKeyFile);
  if (!(await isSharedKey(db, keys, replaceSecrets))) throw foreignKeyRefusal(keys.file);
  const secret = await sessionSecret(config.dataDir, config.sessionSecret);
  const shared = { name: 'sessionSecret', fingerprint: slowFingerprint(secret), formers: [] } as const;
  // On the embedded database nobody else is: a new secret signs everybody out, and does nothing worse.
  if (!(await isSharedSecret(db, shared, replaceSecrets || kind === 'embedded')))
    throw new Refusal('config.invalid', {
      en: `The session secret of this server is not that of the others on this database: people would be signed out whenever they meet another server. Give all the same SESSION_SECRET, or copy the file session-secret of a running server to ${config.dataDir}. To replace it on purpose, stop all servers and start one with REPLACE_SECRETS=yes: everybody signs in again, and second steps must be reset.`,
      zh: `本服务器的会话密钥与同一数据库的其他服务器不同，人员换到另一台服务器时会被登出。请让所有服务器使用相同的 SESSION_SECRET，或把正在运行的服务器的 session-secret 文件复制到 ${config.dataDir}。如确需更换，请停止所有服务器，并以 REPLACE_SECRETS=yes 启动一台：所有人须重新登录，两步验证须重设。`,
    });
  return { keys, secret };
}

/** A key whose own file tells that it was rotated from the one known here takes its place. */
function isSharedKey(db: Db, keys: SigningKeys, replace = false): Promise<boolean> {
  const shared = { name: 'signingKey', fingerprint: keys.current().kid, formers: keys.formers() } as const;
  return isSharedSecret(db, shared, replace);
}

function foreignKeyRefusal(file: string): Refusal {
  return new Refusal('config.invalid', {
    en: `The signing key in ${file} is not the one that the players of this database trust: they would believe nothing that this server says. Copy the key file of a running server, or of the last backup, to ${file}. To go on with this one on purpose, stop all servers and start one with REPLACE_SECRETS=yes: every player must then be paired again.`,
    zh: `${file} 中的签名密钥不是本数据库的终端所信任的密钥，终端不会接受本服务器的任何内容。请把正在运行的服务器或最近备份中的密钥文件复制到 ${file}。如确需改用此密钥，请停止所有服务器，并以 REPLACE_SECRETS=yes 启动一台：所有终端须重新配对。`,
  });
}

/** Replacing the signing key, put together. `onRotated` signs anew what stands. */
export function composeKeys(deps: {
  database: Database;
  audit: Audit<Db>;
  keys: SigningKeys;
  now: Clock;
  onRotated: () => Promise<void>;
  /** Sends players to the servers that have the key. */
  onForeign: () => void;
  onTrouble: (error: unknown) => void;
}) {
  const { database, keys } = deps;
  const flow = keyRotationFlow({
    ...deps,
    shared: {
      hold: (tx) => holdSharedSecret(tx, 'signingKey'),
      isHeld: (db) => isSharedKey(db, keys),
    },
  });
  const stop = flow.follow();
  return {
    rooms: [signingKeyRoutes({ keys, flow, pinned: () => pinnedKeys(database.sql) })],
    jobs: [
      // For a copy of the file that comes late, where nobody asks whether this server is ready.
      {
        name: 'look for the shared signing key',
        everyMs: 10 * SECOND_MS,
        run: async () => void (await flow.hasSharedKey()),
      },
    ],
    hasSharedKey: flow.hasSharedKey,
    keyOfProgrammes: flow.keyOfProgrammes,
    stop,
  };
}
