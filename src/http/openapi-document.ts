import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type ApiEnv, problemSchema } from '../base/api-routes.ts';
import { commandReceiptSchema, commandSchema } from '../contract/command.ts';
import { manifestEventSchema, resendEventSchema } from '../contract/events.ts';
import { healthAnswerSchema, healthReportSchema } from '../contract/health.ts';
import { manifestSchema } from '../contract/manifest.ts';
import { publicKeySchema } from '../contract/media-type.ts';
import { overrideReceiptsSchema, overrideSchema } from '../contract/override.ts';
import {
  enrolmentRequestSchema,
  pairingOfferSchema,
  pairingRequestSchema,
  pairingStateSchema,
} from '../contract/pairing.ts';
import { playReceiptSchema, playReportSchema, playSchema } from '../contract/play-report.ts';
import { KEY_SCOPES } from '../staff/key-scopes.ts';
import type { AccessRule } from './access-rules.ts';
import { KEY_RULES } from './key-rules.ts';
import { protocolMarkdown } from './protocol-prose.ts';

/** What server and players agree on, by the name that the document gives it. */
const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Manifest: manifestSchema,
  PlayReport: playReportSchema,
  Play: playSchema,
  PlayReceipt: playReceiptSchema,
  PairingRequest: pairingRequestSchema,
  PairingOffer: pairingOfferSchema,
  PairingState: pairingStateSchema,
  EnrolmentRequest: enrolmentRequestSchema,
  HealthReport: healthReportSchema,
  HealthAnswer: healthAnswerSchema,
  Override: overrideSchema,
  OverrideReceipts: overrideReceiptsSchema,
  Command: commandSchema,
  CommandReceipt: commandReceiptSchema,
  ManifestEvent: manifestEventSchema,
  ResendEvent: resendEventSchema,
  PublicKey: publicKeySchema,
  Problem: problemSchema,
};

/** An OpenAPI 3.1 document, as far as our own page reads it. */
export type OpenApiDocument = ReturnType<OpenAPIHono<ApiEnv>['getOpenAPI31Document']>;

/**
 * The OpenAPI 3.1 document of everything mounted: the rooms' routes, the schemas of the player protocol, who
 * may call what (from the access rules), and the prose that a stranger needs to write a player.
 */
export function openapiDocument(
  app: OpenAPIHono<ApiEnv>,
  rules: Readonly<Record<string, AccessRule>>,
  server: { readonly version: string; readonly baseUrl: string },
): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Beacon Tower 烽火台',
      version: server.version,
      description: `Digital signage with fair loops, plays counted exactly once, and screens that cannot be hijacked.\n\n${protocolMarkdown('en')}`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      'x-description-zh': protocolMarkdown('zh'),
    },
    servers: [{ url: server.baseUrl }],
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...componentSchemas() },
    securitySchemes: { ...document.components?.securitySchemes, ...SECURITY },
  };
  for (const [key, rule] of Object.entries(rules)) applyRule(document, key, rule);
  return document;
}

const SECURITY = {
  playerToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token that a player got by pairing or enrolment.',
  },
  pairingSecret: {
    type: 'http',
    scheme: 'bearer',
    description: 'The `secret` of `POST /api/player/v1/pairings`, until the pairing is done.',
  },
  staffToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The `token` of `POST /api/session`, for programs.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of another program, `bt_…`, whose scopes (`x-scopes`) open the operation.',
  },
  staffCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'beacon.session_token',
    description: 'Set by `POST /api/session`, for browsers (over HTTPS its name begins with `__Secure-`).',
  },
} as const;

type Schemas = NonNullable<NonNullable<OpenApiDocument['components']>['schemas']>;

function componentSchemas(): Schemas {
  const entries = Object.entries(COMPONENTS).map(([name, schema]) => {
    const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return [name, json] as const;
  });
  // JSON Schema 2020-12 is what OpenAPI 3.1 holds; the two libraries only type it differently.
  return Object.fromEntries(entries) as Schemas;
}

function applyRule(document: OpenApiDocument, key: string, rule: AccessRule): void {
  const [method = '', path = ''] = key.split(' ');
  const item = document.paths?.[path.replace(/:(\w+)(\{[^/]*\})?/g, '{$1}')];
  const operation = item && operationOf(item, method);
  if (!operation) return;
  if (rule.who === 'open') {
    operation.security ??= [];
    return;
  }
  const staff = rule.who.filter((caller) => caller !== 'player');
  const scopes = KEY_SCOPES.filter((scope) => KEY_RULES[scope].includes(key));
  operation.security = [
    ...(rule.who.includes('player') ? [{ playerToken: [] }] : []),
    ...(scopes.length > 0 ? [{ apiKey: [] }] : []),
    ...(staff.length > 0 ? [{ staffToken: [] }, { staffCookie: [] }] : []),
  ];
  if (staff.length > 0) operation['x-roles'] = staff;
  if (scopes.length > 0) operation['x-scopes'] = scopes;
}

/** The operation of a path item for a method written in capitals. */
export function operationOf(item: object, method: string): Operation | undefined {
  const operations: Readonly<Record<string, Operation | undefined>> = { ...item };
  return operations[method.toLowerCase()];
}

/** One operation, as far as we read or write it. */
export interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: object }[];
  requestBody?: { content?: Record<string, { schema?: object }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>;
  'x-roles'?: readonly string[];
  'x-scopes'?: readonly string[];
}
