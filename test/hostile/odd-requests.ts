import { z } from 'zod';
import type { BaseFile } from './base-files.ts';
import { oddBody } from './odd-bodies.ts';

/* Requests made from an OpenAPI document: some lawful, most odd. The same seed gives the same ones. */

/** A JSON schema, as far as requests are made from it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  schema: z.custom<Schema>().optional(),
});
const operationSchema = z.object({
  parameters: z.array(parameterSchema).default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.custom<Schema>().optional() })) })
    .optional(),
});
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const;
/** An OpenAPI document, as far as requests are made from it. */
export const apiDocumentSchema = z.object({
  paths: z.record(
    z.string(),
    z.partialRecord(z.enum(METHODS), operationSchema).or(z.record(z.string(), z.unknown())),
  ),
  components: z.object({ schemas: z.record(z.string(), z.custom<Schema>()).default({}) }),
});
/** See {@link apiDocumentSchema}. */
export type ApiDocument = z.infer<typeof apiDocumentSchema>;

/** One request to send. */
export interface OddRequest {
  readonly method: string;
  /** The route's pattern, for the tally. */
  readonly route: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** How often a value is no value of its schema. */
const ODD_VALUE = 0.12;
const ODD_TEXTS: readonly string[] = [
  ...['', ' ', '0', '-1', '1e999', 'NaN', 'null', 'true', '\u0000', '\ud800', '\u2028', '🔥'.repeat(50)],
  ...["'; drop table plays; --", '../../etc/passwd', '..%2f..%2f', '%00', '%', '<script>alert(1)</script>'],
  ...['__proto__', 'constructor', 'a'.repeat(5_000), '9'.repeat(400), '{"$gt":""}', '\r\nSet-Cookie: a=b'],
  ...['2027-02-30', '0000-00-00', '275761-01-01', '2027-01-01T25:00:00Z', 'Asia/Nowhere', '١٢٣'],
];
const ODD_NUMBERS = [0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 1e-308, 4_294_967_295] as const;
const LAWFUL: Readonly<Record<string, string>> = {
  date: '2027-02-05',
  'date-time': '2027-02-05T12:00:00Z',
  uuid: '2e0b1a64-9c3e-4a6f-8d0b-0c7f5b1d2e3f',
  email: 'a@b.invalid',
  uri: 'https://127.0.0.1/x',
  time: '12:00:00',
};

/** Makes requests from a document, by a stream of numbers in [0, 1); `bases`: honest files to send. */
export function oddRequests(
  document: ApiDocument,
  bases: readonly BaseFile[],
  random: () => number,
): () => OddRequest {
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  };
  const routes = Object.entries(document.paths).flatMap(([route, methods]) =>
    METHODS.flatMap((method) => {
      const operation = operationSchema.safeParse(methods[method]).data;
      return operation ? [{ route, method, operation }] : [];
    }),
  );

  function resolved(schema: Schema | undefined): Schema {
    const name = schema?.$ref?.split('/').at(-1);
    return name === undefined ? (schema ?? {}) : (document.components.schemas[name] ?? {});
  }

  function oddValue(depth: number): unknown {
    const kinds = [
      () => pick(ODD_TEXTS),
      () => pick(ODD_NUMBERS),
      () => null,
      () => random() < 0.5,
      () => Array.from({ length: Math.floor(random() * 4) }, () => (depth > 3 ? 0 : oddValue(depth + 1))),
      () => ({ [pick(ODD_TEXTS)]: depth > 3 ? 0 : oddValue(depth + 1) }),
      () => Array.from({ length: 2_000 }, (_, n) => n),
    ];
    return pick(kinds)();
  }

  function lawfulValue(given: Schema | undefined, depth = 0): unknown {
    if (depth > 8 || random() < ODD_VALUE / (1 + depth)) return oddValue(depth);
    const schema = resolved(given);
    const several = schema.anyOf ?? schema.oneOf;
    if (several && several.length > 0) return lawfulValue(pick(several), depth + 1);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => lawfulValue(part, depth + 1)));
    if (schema.const !== undefined) return schema.const;
    if (schema.enum && schema.enum.length > 0) return pick(schema.enum);
    switch (Array.isArray(schema.type) ? pick(schema.type) : schema.type) {
      case 'string':
        return LAWFUL[schema.format ?? ''] ?? pick(['春节', 'x', 'Asia/Shanghai', '1', 'a'.repeat(64)]);
      case 'integer':
      case 'number':
        return pick([1, 2, 3, schema.minimum ?? 0, schema.maximum ?? 100]);
      case 'boolean':
        return random() < 0.5;
      case 'array':
        return Array.from({ length: Math.floor(random() * 3) }, () => lawfulValue(schema.items, depth + 1));
      case 'null':
        return null;
      default: {
        const entries = Object.entries(schema.properties ?? {}).filter(() => random() > 0.05);
        return Object.fromEntries(entries.map(([name, part]) => [name, lawfulValue(part, depth + 1)]));
      }
    }
  }

  function textOf(schema: Schema | undefined): string {
    const value = lawfulValue(schema, 1);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  function bodyOf(
    content: Readonly<Record<string, { schema?: Schema | undefined }>>,
  ): [type: string, body: string | Uint8Array<ArrayBuffer>] {
    const type = pick(Object.keys(content));
    const made = oddBody(type, bases, random);
    if (made !== null && random() < 0.9) return [type, made];
    const value = JSON.stringify(lawfulValue(content[type]?.schema));
    const odd = random();
    if (odd < 0.04) return [type, value.slice(0, Math.floor(random() * value.length))];
    if (odd < 0.06)
      return [pick(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'x/y;;=']), value];
    if (odd < 0.07) return [type, `${'['.repeat(20_000)}`];
    if (odd < 0.08) return [type, `{"a":${'9'.repeat(2_000)},"__proto__":{"b":1}}`];
    return [type, value];
  }

  return () => {
    const { route, method, operation } = pick(routes);
    const headers: Record<string, string> = {};
    const query = new URLSearchParams();
    let path = route;
    for (const { name, in: place, schema } of operation.parameters) {
      const text = textOf(schema).toWellFormed();
      if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(text) || '%20');
      else if (place === 'query' && random() < 0.7) query.append(name, text);
      else if (place === 'header' && random() < 0.5)
        headers[name] = text.replaceAll(/[^\u0020-\u007e]/g, '?');
    }
    if (random() < 0.03) query.append(pick(ODD_TEXTS).toWellFormed(), pick(ODD_TEXTS).toWellFormed());
    if (random() < 0.05) headers['accept-language'] = pick(['zh', 'en;q=x', '*', ',,,']);
    if (random() < 0.02) headers['if-none-match'] = pick(['*', '"', 'W/""']);
    if (random() < 0.02) headers.range = pick(['bytes=-', 'bytes=9-1', 'bytes=0-0,1-1', 'x']);
    const content = operation.requestBody?.content;
    const [type, body] = content ? bodyOf(content) : [null, null];
    if (type !== null) headers['content-type'] = type;
    const asked = query.size > 0 ? `?${query}` : '';
    return { method: method.toUpperCase(), route, path: `${path}${asked}`, headers, body };
  };
}

/** What an answer must not be, in words; null when it is as it should be. */
export function faultOf(status: number, text: string): string | null {
  if (status >= 500) return `status ${status}`;
  const inside =
    /(?:^|[\s"'(])\/(?:work|tmp|home|usr|var|root|etc)\/\S+|node_modules|\bat .{1,80}\.[jt]s:\d+|PostgresError|postgres:\/\//;
  const sql =
    /\b(?:insert into "?\w+"? \(|update "?\w+"? set |delete from "?\w+"? where |select .{1,200} from "?\w+"? (?:where|order|limit))/;
  const leak = inside.exec(text) ?? sql.exec(text);
  return leak === null ? null : `names internals: ${leak[0].slice(0, 120)}`;
}
