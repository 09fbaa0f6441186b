import { z } from '@hono/zod-openapi';
import { NO_CONTROL_CHARACTERS } from '../base/issue-words.ts';
import { MOST_AT_ONCE } from '../contract/id-list.ts';
import { categorySchema, idSchema } from '../contract/media-type.ts';
import { type Asset, type AssetState, assetSchema, assetStateSchema } from './asset.ts';

/** Pieces on a page, unless another number is asked for. */
const A_PAGE = 60;

/** A tag of material. */
export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .refine((text) => !/\p{Cc}/u.test(text), NO_CONTROL_CHARACTERS);

const id = z.coerce.number<string>().pipe(idSchema);

/** What material is narrowed to, and from where on. */
export const materialQuery = z.object({
  q: z.string().max(200).optional().openapi({
    description: 'Words of the title, the file name or a tag; all of them must occur, in upper or lower case',
  }),
  state: assetStateSchema.optional(),
  category: categorySchema.optional(),
  tag: z.string().max(40).optional(),
  versionsOf: id
    .optional()
    .openapi({ description: 'All versions of the piece that has this one among them' }),
  usable: z
    .literal('true')
    .optional()
    .openapi({ description: 'Only what may be put into playlists: not rejected, not retired' }),
  submittedBy: z
    .enum(['me', 'others'])
    .optional()
    .openapi({ description: 'Who submitted it last: who asks, or somebody else' }),
  before: id
    .optional()
    .openapi({ description: 'Only what is older than this asset: `next` of the page before' }),
  limit: z.coerce.number<string>().pipe(z.int().min(1).max(200)).default(A_PAGE),
});
/** See {@link materialQuery}. `asker`: who is meant by `me`. */
export type MaterialFilter = z.infer<typeof materialQuery> & { readonly asker: string };

/** One page of material. */
export const materialPageSchema = z
  .object({
    assets: z.array(assetSchema),
    next: idSchema
      .nullable()
      .openapi({ description: 'What `before` must be for the next page; null: the end' }),
    counts: z
      .record(assetStateSchema, z.int())
      .openapi({ description: 'By state, whatever `state` and `before` say' }),
  })
  .openapi('MaterialPage');

/** See {@link materialPageSchema}. */
export interface MaterialPage {
  readonly assets: Asset[];
  readonly next: number | null;
  readonly counts: Record<AssetState, number>;
}

/** Pieces of material that one act is on. */
export const manyIds = z.array(idSchema).min(1).max(MOST_AT_ONCE);
