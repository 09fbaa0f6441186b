import { z } from '@hono/zod-openapi';
import { idSchema } from './media-type.ts';

/** Most things that one request may name. */
export const MOST_AT_ONCE = 500;

/** Ids joined by commas. */
export const idListSchema = z
  .string()
  .max(8_000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.coerce.number<string>().pipe(idSchema)).min(1).max(MOST_AT_ONCE))
  .openapi({ type: 'string', example: '3,4,17' });
