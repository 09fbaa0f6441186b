import type { z } from 'zod';

/** Parses text as JSON of the given shape; null when it is absent or anything else. Never throws. */
export function readJson<T>(schema: z.ZodType<T>, text: string | undefined): T | null {
  if (text === undefined) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
