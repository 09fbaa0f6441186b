import { z } from '@hono/zod-openapi';

/** The MIME type of XLSX. */
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The language of spreadsheets and of paper. */
export const langQuery = z
  .enum(['zh', 'en'])
  .default('zh')
  .openapi({ description: 'Language of XLSX and PDF' });

const file = z.string().openapi({ format: 'binary' });

/** Adds the forms of a table, a workbook and paper to the JSON answer of a route. */
export function alsoAsFiles<J, T extends { 200: { description: string; content: J } }>(json: T) {
  return {
    ...json,
    200: {
      ...json[200],
      content: {
        ...json[200].content,
        'text/csv': { schema: z.string() },
        [XLSX_TYPE]: { schema: file },
        'application/pdf': { schema: file },
      },
    },
  };
}

/** The headers of a file to save; `name` in ASCII. */
export function savedAs(name: string, type: string) {
  return {
    'content-type': type,
    'content-disposition': `attachment; filename="${name}"`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  };
}
