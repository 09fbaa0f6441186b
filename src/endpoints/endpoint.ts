import { z } from '@hono/zod-openapi';
import { customIssue, NO_CONTROL_CHARACTERS, otherwise } from '../base/issue-words.ts';
import { isTimeZone, type WeeklyWindow } from '../base/local-time.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';
import { readHours } from './opening-hours.ts';

const LONGEST_TEXT = 200;
const PLACE_CLASS = /^[a-z0-9-]*$/;

/** One line of text as people write it: trimmed, without control characters. */
const line = (shortest: number, longest = LONGEST_TEXT) =>
  z
    .string()
    .trim()
    .min(shortest)
    .max(longest)
    // Not a pattern: its flags would not survive in the OpenAPI document.
    .refine((text) => !/\p{Cc}/u.test(text), NO_CONTROL_CHARACTERS);

const hours = (example: string) =>
  z
    .string()
    .max(1_000)
    .transform((text, context): WeeklyWindow[] => {
      const reading = readHours(text);
      if (reading.ok) return reading.windows;
      context.addIssue(customIssue(reading.fault));
      return z.NEVER;
    })
    .openapi({
      type: 'string',
      example,
      description:
        'Local hours in the manner of OpenStreetMap: rules joined by `;`, days `Mo` to `Su` (none: every day), ' +
        'windows joined by `,`; `22:00-06:00` and `22:00-30:00` pass midnight; `24/7` is always.',
    });

const whole = (most: number) => z.int().min(0).max(most);
const pixels = z.int().min(1).max(100_000).nullable();
const degrees = (most: number) => z.number().min(-most).max(most).nullable();

/** The name of an IANA time zone. */
export const timeZoneSchema = z
  .string()
  .trim()
  .refine(
    isTimeZone,
    otherwise({
      en: 'is not a known time zone; an example is Asia/Shanghai',
      zh: '不是已知的时区，例如 Asia/Shanghai',
    }),
  );

/** An endpoint as staff write it down: one row of the fleet file, or one request. */
export const endpointDraftSchema = z
  .object({
    /** The owner's own identifier; an import recognises an endpoint by it. */
    code: line(1, 64).openapi({ example: 'DS-001' }),
    name: line(1),
    kind: endpointKindSchema,
    /** Street office or township; made when it is new. */
    area: line(1),
    owner: line(0).default(''),
    /** WGS-84 degrees. */
    longitude: degrees(180).default(null),
    latitude: degrees(90).default(null),
    widthPx: pixels.default(null),
    heightPx: pixels.default(null),
    /** IANA zone. */
    timeZone: timeZoneSchema.openapi({ example: 'Asia/Shanghai' }),
    openingHours: hours('Mo-Fr 07:00-22:00;Sa-Su 08:00-26:00').refine(
      (windows) => windows.length > 0,
      otherwise({
        en: 'must name at least one window; the whole week is 24/7',
        zh: '至少要有一个时段；全天全周请写 24/7',
      }),
    ),
    quietHours: hours('22:00-06:00').prefault(''),
    placeClass: line(0, 64)
      .refine(
        (text) => PLACE_CLASS.test(text),
        otherwise({ en: 'may have a-z, 0-9 and - only', zh: '只能用 a-z、0-9 和 -' }),
      )
      .openapi({ pattern: PLACE_CLASS.source })
      .default(''),
    /** People who can see or hear it in an average open hour. */
    audiencePerHour: whole(1_000_000).default(0),
    /** How long one of them stays, on average. */
    dwellSeconds: whole(86_400).default(0),
    tags: z.array(line(1, 64)).max(50).default([]),
    note: line(0, 1_000).default(''),
  })
  .refine(
    (draft) => (draft.longitude === null) === (draft.latitude === null),
    otherwise({ en: 'longitude and latitude go together', zh: '经度和纬度必须同时填写' }, ['latitude']),
  )
  .refine(
    (draft) => (draft.widthPx === null) === (draft.heightPx === null),
    otherwise({ en: 'width and height go together', zh: '宽和高必须同时填写' }, ['heightPx']),
  );
/** See {@link endpointDraftSchema}; hours are windows already. */
export type EndpointDraft = z.infer<typeof endpointDraftSchema>;

/** The player that is paired with an endpoint now. */
export const pairedPlayerSchema = z.object({
  playerId: idSchema,
  hardwareId: z.string(),
  pairedAt: z.iso.datetime(),
  /** Null until it first used its token. */
  lastSeenAt: z.iso.datetime().nullable(),
});

/** An endpoint as the system tells of it. */
export const endpointSchema = z.object({
  id: idSchema,
  code: z.string(),
  name: z.string(),
  kind: endpointKindSchema,
  areaId: idSchema,
  area: z.string(),
  owner: z.string(),
  longitude: z.number().nullable(),
  latitude: z.number().nullable(),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  timeZone: z.string(),
  /** In the form of the fleet file. */
  openingHours: z.string(),
  quietHours: z.string(),
  placeClass: z.string(),
  audiencePerHour: z.int(),
  dwellSeconds: z.int(),
  tags: z.array(z.string()),
  note: z.string(),
  player: pairedPlayerSchema.nullable(),
});
/** See {@link endpointSchema}. */
export type Endpoint = z.infer<typeof endpointSchema>;

/** A street office or township. */
export const areaSchema = z.object({ id: idSchema, name: z.string(), endpoints: z.int() });
/** See {@link areaSchema}. */
export type Area = z.infer<typeof areaSchema>;

/** What became of an import. Rows that failed change nothing; the others are in. */
export const importReportSchema = z.object({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  failed: z.array(
    z.object({
      /** Line of the file, from 1; the header is usually line 1. */
      line: z.int(),
      id: z.string(),
      /** What is wrong, for a person: column and reason. */
      message: z.string(),
    }),
  ),
});
/** See {@link importReportSchema}. */
export type ImportReport = z.infer<typeof importReportSchema>;
