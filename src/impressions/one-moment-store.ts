import type { Sql, TransactionSql } from 'postgres';

/**
 * Reads everything as of one moment. Lets a report sort in memory, and spares it the compiler, which takes longer than
 * most reports.
 */
export async function atOneMoment<T>(sql: Sql, read: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const result = await sql.begin('isolation level repeatable read read only', async (tx) => {
    await tx`
      select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`;
    return { read: await read(tx) };
  });
  return result.read as T;
}

/**
 * Sums by hash. Whoever sums hours needs it: the guess of how many cells they make is a hundred times too low, and cells
 * are sorted then, which takes as long as all the rest.
 */
export async function sumWithoutSorting(tx: TransactionSql): Promise<void> {
  await tx`select set_config('enable_sort', 'off', true)`;
}
