// The part of zod's interface that src/contract and players/core use, in about 1 kB instead of zod's 25.
// The bundler puts it in zod's place (vite.config.ts), so the contract is written once and the page stays
// small. A property test compares it with zod itself, schema by schema.

/** What a check gave: the value as the schema knows it (unknown keys left out), or nothing. */
type Outcome = { readonly success: true; readonly data: unknown } | { readonly success: false };
type Read = (value: unknown) => Outcome;

const NO: Outcome = { success: false };
const yes = (data: unknown): Outcome => ({ success: true, data });

/** A schema: a reading, and the words with which it is narrowed. */
class Schema {
  readonly safeParse: Read;
  /** Set on literals and objects, for {@link z.discriminatedUnion}. */
  readonly literal: unknown;
  readonly shape: Readonly<Record<string, Schema>> | undefined;
  /** Whether a key with this schema may be absent from its object. */
  readonly mayBeAbsent: boolean;

  constructor(
    read: Read,
    extra: { literal?: unknown; shape?: Record<string, Schema>; mayBeAbsent?: true } = {},
  ) {
    this.safeParse = read;
    this.literal = extra.literal;
    this.shape = extra.shape;
    this.mayBeAbsent = extra.mayBeAbsent === true;
  }

  parse(value: unknown): unknown {
    const read = this.safeParse(value);
    if (read.success) return read.data;
    throw new TypeError('the value does not fit its schema');
  }

  /** Adds a condition on the value read. */
  private where(holds: (value: never) => boolean): Schema {
    return new Schema((value) => {
      const read = this.safeParse(value);
      return read.success && holds(read.data as never) ? read : NO;
    });
  }

  min(least: number): Schema {
    return this.where((value: number | { length: number }) => sizeOf(value) >= least);
  }
  max(most: number): Schema {
    return this.where((value: number | { length: number }) => sizeOf(value) <= most);
  }
  length(exactly: number): Schema {
    return this.where((value: { length: number }) => value.length === exactly);
  }
  positive(): Schema {
    return this.where((value: number) => value > 0);
  }
  nonnegative(): Schema {
    return this.where((value: number) => value >= 0);
  }
  regex(pattern: RegExp): Schema {
    return this.where((value: string) => pattern.test(value));
  }
  nullable(): Schema {
    return new Schema((value) => (value === null ? yes(null) : this.safeParse(value)));
  }
  optional(): Schema {
    return new Schema((value) => (value === undefined ? yes(undefined) : this.safeParse(value)), {
      mayBeAbsent: true,
    });
  }
  nullish(): Schema {
    return this.nullable().optional();
  }
}

function sizeOf(value: number | { length: number }): number {
  return typeof value === 'number' ? value : value.length;
}

function simple(fits: (value: unknown) => boolean): Schema {
  return new Schema((value) => (fits(value) ? yes(value) : NO));
}

function readObject(shape: Record<string, Schema>, value: unknown): Outcome {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return NO;
  const given = value as Record<string, unknown>;
  const data: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    if (!(key in given)) {
      if (schema.mayBeAbsent) continue;
      return NO;
    }
    const read = schema.safeParse(given[key]);
    if (!read.success) return NO;
    data[key] = read.data;
  }
  return yes(data);
}

function readEach(values: unknown, schemaAt: (index: number) => Schema | undefined): Outcome {
  if (!Array.isArray(values)) return NO;
  const data: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const read = schemaAt(index)?.safeParse(value);
    if (!read?.success) return NO;
    data.push(read.data);
  }
  return yes(data);
}

// As zod reads it: a real calendar date, T, a time with seconds, then Z or an offset.
const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function isInstant(value: unknown): boolean {
  const found = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (!found) return false;
  const [year = 0, month = 0, day = 0] = found.slice(1, 4).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= days;
}

/**
 * The words of zod that the contract is written in; each means what it means there.
 * @public reached through the alias in vite.config.ts
 */
export const z = {
  unknown: () => simple(() => true),
  string: () => simple((value) => typeof value === 'string'),
  boolean: () => simple((value) => typeof value === 'boolean'),
  number: () => simple(Number.isFinite),
  int: () => simple(Number.isSafeInteger),
  literal: (literal: unknown) => new Schema((value) => (value === literal ? yes(value) : NO), { literal }),
  enum: (words: readonly string[]) => simple((value) => words.includes(value as string)),
  iso: { datetime: () => simple(isInstant) },
  object: (shape: Record<string, Schema>) => new Schema((value) => readObject(shape, value), { shape }),
  array: (each: Schema) => new Schema((values) => readEach(values, () => each)),
  tuple: (parts: readonly Schema[]) =>
    new Schema((values) =>
      Array.isArray(values) && values.length === parts.length
        ? readEach(values, (index) => parts[index])
        : NO,
    ),
  discriminatedUnion: (key: string, options: readonly Schema[]) =>
    new Schema((value) => {
      if (typeof value !== 'object' || value === null || !(key in value)) return NO;
      const word = (value as Record<string, unknown>)[key];
      const option = options.find((one) => one.shape?.[key]?.literal === word);
      return option ? option.safeParse(value) : NO;
    }),
};
