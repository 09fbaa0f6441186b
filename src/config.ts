import { join, resolve } from 'node:path';
import { z } from 'zod';
import { otherwise, partsOf } from './base/issue-words.ts';
import { Refusal } from './base/refusal.ts';
import { joined } from './base/sentence.ts';
import type { Bytes } from './base/units.ts';
import type { BucketConfig } from './catalogue/bucket-files.ts';
import { RATES_FORM, type RatesAMinute, ratesOf, USUAL_RATES } from './http/request-limits.ts';
import { isRole, ROLES } from './staff/account.ts';
import type { OidcConfig } from './staff/oidc.ts';

/** How much is written to the log: `info` names every request of staff, `debug` those of players too. */
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** See {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that the environment decides. Read once, at the start, and nowhere else. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Where media, keys and the embedded database live. Absolute. */
  readonly dataDir: string;
  /** A PostgreSQL server; absent: the embedded database in `dataDir`. */
  readonly databaseUrl?: string;
  /** How browsers and players reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Whether a reverse proxy of ours stands in front, whose X-Forwarded-For may be believed. */
  readonly behindProxy: boolean;
  /** File of the key that signs manifests. */
  readonly signingKeyFile: string;
  /** A folder into which other systems put CAP alerts; absent: none is watched. */
  readonly alertFolder?: string;
  /** The Chromium that prints reports; absent: the first on the search path. */
  readonly chromium?: string;
  /** It prints without its sandbox, where a container forbids that. */
  readonly chromiumBare?: boolean;
  /** Secret of staff sessions; absent: a file in `dataDir`. */
  readonly sessionSecret?: string;
  /** Whether other secrets than those known to the database take their place, on purpose. */
  readonly replaceSecrets?: boolean;
  /** The tables of plays are distributed by player (docs/scale.md). */
  readonly playsByPlayer?: boolean;
  /** What a collector of measurements must show; absent: nobody gets them. */
  readonly metricsToken?: string;
  readonly logLevel?: LogLevel;
  /** How many requests a minute each caller may make; absent: as many as they like. */
  readonly rates?: RatesAMinute;
  /** The mail server for scheduled reports, with user and password; absent: no mail. */
  readonly smtpUrl?: string;
  /** The sender of mails. */
  readonly mailFrom?: string;
  /** Hosts in networks of our own to which webhooks may go all the same. */
  readonly innerHosts?: readonly string[];
  /** How many people must approve a warning film: it shows real fires and victims. */
  readonly warningApprovals?: 1 | 2;
  /** The internal address under which the proxy in front has the folder of media; absent: files are sent from here. */
  readonly mediaHandOff?: string;
  /** Where players fetch files: a CDN before the bucket, or before the folder of media; absent: from this server. */
  readonly mediaBaseUrl?: string;
  /** A bucket of an S3-compatible service that holds the media; absent: the folder of media holds them. */
  readonly bucket?: BucketConfig;
  /** After how many whole months plays are taken out into files; absent: never. */
  readonly playsKeptMonths?: number;
  /** A collector of OpenTelemetry traces (OTLP over HTTP); absent: none are made. */
  readonly tracesEndpoint?: string;
  /** An outside provider of identities; absent: passwords alone. */
  readonly oidc?: OidcConfig;
  /** This server is a restored copy that is tried out: nothing is sent to anybody. */
  readonly drill?: boolean;
  /** How much of the bucket is held in the folder of media as well. */
  readonly mediaCacheBytes?: Bytes;
  /** Cores that making renditions may use; 1 when absent. */
  readonly transcodeThreads?: number;
}

const PORT_RANGE = { en: 'must be a whole number from 1 to 65535', zh: '必须是 1 到 65535 的整数' };
const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;

const GIB: Bytes = 1_073_741_824;
const BUCKET_VARIABLES = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

const OIDC_VARIABLES = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;

const environmentSchema = z
  .object({
    PORT: z.string().refine(isPort, otherwise(PORT_RANGE)).transform(Number).default(8_080),
    HOST: z.string().min(1).default('127.0.0.1'),
    DATA_DIR: z.string().min(1).default('data'),
    DATABASE_URL: z
      .string()
      .refine(
        (url) => /^postgres(ql)?:\/\//.test(url),
        otherwise({ en: 'must begin with postgres://', zh: '必须以 postgres:// 开头' }),
      )
      .optional(),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    BEHIND_PROXY: z.enum(['yes', 'no']).default('no'),
    SIGNING_KEY_FILE: z.string().min(1).optional(),
    ALERT_FOLDER: z.string().min(1).optional(),
    CHROMIUM: z.string().min(1).optional(),
    CHROMIUM_SANDBOX: z.enum(['yes', 'no']).default('yes'),
    METRICS_TOKEN: z.string().min(16).optional(),
    LOG_LEVEL: z.enum(LOG_LEVELS).optional(),
    PLAYS_KEPT_MONTHS: z
      .string()
      .refine(
        (text) => /^\d{1,3}$/.test(text) && Number(text) >= 6,
        otherwise({ en: 'must be a whole number from 6 to 999', zh: '必须是 6 到 999 的整数' }),
      )
      .transform(Number)
      .optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    SMTP_URL: z
      .string()
      .refine(
        (url) => /^smtps?:\/\//.test(url),
        otherwise({ en: 'must begin with smtp:// or smtps://', zh: '必须以 smtp:// 或 smtps:// 开头' }),
      )
      .optional(),
    MAIL_FROM: z.email().optional(),
    WEBHOOK_INNER_HOSTS: z
      .string()
      .transform((text) => text.split(',').map((host) => host.trim()))
      .optional(),
    WARNING_APPROVALS: z.enum(['1', '2']).default('1'),
    SESSION_SECRET: z.string().min(32).optional(),
    REPLACE_SECRETS: z.enum(['yes', 'no']).default('no'),
    DRILL: z.enum(['yes', 'no']).default('no'),
    PLAYS_BY_PLAYER: z.enum(['yes', 'no']).default('no'),
    RATE_LIMITS: z
      .string()
      .transform((text) => ratesOf(text))
      .refine((rates) => rates !== null, otherwise(RATES_FORM))
      .optional(),
    MEDIA_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
    MEDIA_HANDOFF: z
      .string()
      .refine(
        (text) => /^\/[\w/-]*\w$/.test(text),
        otherwise({
          en: 'must be an address such as /media-store, as the location of the proxy in front is named',
          zh: '必须是形如 /media-store 的路径，与前置代理的 location 一致',
        }),
      )
      .optional(),
    TRANSCODE_THREADS: z
      .string()
      .refine(
        (text) => /^([1-9]|[1-5]\d|6[0-4])$/.test(text),
        otherwise({ en: 'must be a whole number from 1 to 64', zh: '必须是 1 到 64 的整数' }),
      )
      .transform(Number)
      .default(1),
    OIDC_ISSUER: z
      .url({ protocol: /^https?$/ })
      .refine(
        (url) => url.startsWith('https:') || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${url}/`),
        otherwise({ en: 'must begin with https://', zh: '必须以 https:// 开头' }),
      )
      .optional(),
    OIDC_CLIENT_ID: z.string().min(1).optional(),
    OIDC_CLIENT_SECRET: z.string().min(1).optional(),
    OIDC_NAME: z.string().min(1).max(40).default('SSO'),
    OIDC_ROLE_CLAIM: z.string().min(1).default('groups'),
    OIDC_ROLES: z
      .string()
      .transform((text) => text.split(',').map((pair) => pair.trim().split('=')))
      .refine(
        (pairs) => pairs.every(([value, role, ...more]) => value && isRole(role) && more.length === 0),
        otherwise({
          en: 'must be pairs such as signage-editors=editor,signage-admins=administrator',
          zh: '必须形如 signage-editors=editor,signage-admins=administrator',
        }),
      )
      .transform((pairs) =>
        pairs.flatMap(([value = '', role]) => (isRole(role) ? [[value, role] as const] : [])),
      )
      .default([]),
    OIDC_DEFAULT_ROLE: z.enum(ROLES).optional(),
    S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    S3_REGION: z.string().min(1).default('us-east-1'),
    S3_BUCKET: z.string().min(1).optional(),
    S3_PREFIX: z
      .string()
      .refine(
        (text) => /^([\w.-]+\/)*$/.test(text),
        otherwise({ en: 'must end with a slash, such as media/', zh: '必须以斜杠结尾，例如 media/' }),
      )
      .default(''),
    S3_ACCESS_KEY_ID: z.string().min(1).optional(),
    S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
    MEDIA_CACHE_GB: z
      .string()
      .refine(
        (text) => /^[1-9]\d{0,5}$/.test(text),
        otherwise({ en: 'must be a whole number from 1 to 999999', zh: '必须是 1 到 999999 的整数' }),
      )
      .transform(Number)
      .default(20),
  })
  .refine(
    (given) => new Set(OIDC_VARIABLES.map((name) => given[name] === undefined)).size === 1,
    otherwise(
      {
        en: 'and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: give all three or none',
        zh: '与 OIDC_CLIENT_ID、OIDC_CLIENT_SECRET 须同时设置，或都不设置',
      },
      ['OIDC_ISSUER'],
    ),
  )
  .refine(
    (given) => new Set(BUCKET_VARIABLES.map((name) => given[name] === undefined)).size === 1,
    otherwise(
      {
        en: 'and S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: give all three or none',
        zh: '与 S3_ACCESS_KEY_ID、S3_SECRET_ACCESS_KEY 须同时设置，或都不设置',
      },
      ['S3_BUCKET'],
    ),
  );

/**
 * Reads the configuration out of an environment. Empty variables count as absent.
 * @throws Refusal config.invalid naming each variable that is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const parts = partsOf(parsed.error, given);
    const list = joined(
      parts.map(({ where, message: { en, zh } }) => ({ en: `${where} ${en}`, zh: `${where} ${zh}` })),
    );
    const sentence = { en: `The environment does not fit: ${list.en}.`, zh: `环境变量有误：${list.zh}。` };
    throw new Refusal('config.invalid', sentence, parts);
  }
  const { PORT, HOST, DATA_DIR, DATABASE_URL, PUBLIC_URL, BEHIND_PROXY } = parsed.data;
  const { SIGNING_KEY_FILE, SESSION_SECRET, CHROMIUM, ALERT_FOLDER, METRICS_TOKEN, LOG_LEVEL } = parsed.data;
  const { SMTP_URL, MAIL_FROM, WEBHOOK_INNER_HOSTS, MEDIA_BASE_URL, MEDIA_HANDOFF } = parsed.data;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: tracesEndpoint, PLAYS_KEPT_MONTHS } = parsed.data;
  const rates = parsed.data.RATE_LIMITS ?? USUAL_RATES;
  const dataDir = resolve(DATA_DIR);
  const visibleHost = HOST === '0.0.0.0' || HOST === '::' || HOST === '127.0.0.1' ? 'localhost' : HOST;
  return {
    port: PORT,
    host: HOST,
    dataDir,
    publicUrl: (PUBLIC_URL ?? `http://${visibleHost}:${PORT}`).replace(/\/+$/, ''),
    behindProxy: BEHIND_PROXY === 'yes',
    signingKeyFile: resolve(SIGNING_KEY_FILE ?? join(dataDir, 'keys', 'signing.json')),
    ...(DATABASE_URL !== undefined && { databaseUrl: DATABASE_URL }),
    ...(ALERT_FOLDER !== undefined && { alertFolder: resolve(ALERT_FOLDER) }),
    ...(CHROMIUM !== undefined && { chromium: CHROMIUM }),
    ...(SESSION_SECRET !== undefined && { sessionSecret: SESSION_SECRET }),
    ...(parsed.data.REPLACE_SECRETS === 'yes' && { replaceSecrets: true }),
    ...(parsed.data.CHROMIUM_SANDBOX === 'no' && { chromiumBare: true }),
    ...(parsed.data.DRILL === 'yes' && { drill: true }),
    ...(parsed.data.PLAYS_BY_PLAYER === 'yes' && { playsByPlayer: true }),
    ...(METRICS_TOKEN !== undefined && { metricsToken: METRICS_TOKEN }),
    ...(LOG_LEVEL !== undefined && { logLevel: LOG_LEVEL }),
    ...(SMTP_URL !== undefined && { smtpUrl: SMTP_URL }),
    ...(MAIL_FROM !== undefined && { mailFrom: MAIL_FROM }),
    ...(WEBHOOK_INNER_HOSTS !== undefined && { innerHosts: WEBHOOK_INNER_HOSTS }),
    ...(MEDIA_BASE_URL !== undefined && { mediaBaseUrl: MEDIA_BASE_URL.replace(/\/+$/, '') }),
    ...(MEDIA_HANDOFF !== undefined && { mediaHandOff: MEDIA_HANDOFF }),
    ...(PLAYS_KEPT_MONTHS !== undefined && { playsKeptMonths: PLAYS_KEPT_MONTHS }),
    ...(tracesEndpoint !== undefined && { tracesEndpoint }),
    ...bucketOf(parsed.data),
    ...oidcOf(parsed.data),
    ...(rates !== 'off' && { rates }),
    transcodeThreads: parsed.data.TRANSCODE_THREADS,
    ...(parsed.data.WARNING_APPROVALS === '2' && { warningApprovals: 2 as const }),
  };
}

function oidcOf(given: z.output<typeof environmentSchema>): Pick<Config, 'oidc'> {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = given;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return {};
  const { OIDC_NAME: name, OIDC_ROLE_CLAIM: roleClaim, OIDC_ROLES: roles } = given;
  const defaultRole = given.OIDC_DEFAULT_ROLE ?? null;
  return { oidc: { issuer, clientId, clientSecret, name, roleClaim, roles, defaultRole } };
}

function bucketOf(given: z.output<typeof environmentSchema>): Pick<Config, 'bucket' | 'mediaCacheBytes'> {
  const { S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_ENDPOINT, S3_REGION, S3_PREFIX } = given;
  if (S3_BUCKET === undefined || S3_ACCESS_KEY_ID === undefined || S3_SECRET_ACCESS_KEY === undefined)
    return {};
  return {
    bucket: {
      ...(S3_ENDPOINT !== undefined && { endpoint: S3_ENDPOINT }),
      ...{ region: S3_REGION, bucket: S3_BUCKET, prefix: S3_PREFIX },
      ...{ accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
    },
    mediaCacheBytes: given.MEDIA_CACHE_GB * GIB,
  };
}
