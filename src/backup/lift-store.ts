import type { TransactionSql } from 'postgres';
import { DAY_MS, type EpochMs, SECOND_MS } from '../base/units.ts';
import type { Backup } from './backup.ts';
import { hasTable } from './dump-store.ts';

/** Numbers are lifted by so many and one more for each second since the backup: faster none is given out for long. */
const SERIALS = 1_000_000;
const IDS = 10_000;
/** So many emergencies after the backup's last are told to be over; one beyond ends at its own end. */
const EMERGENCIES = 32;
/** An emergency lasts a day at most; one that an alert raised may have begun later. */
const TOLD_OVER_MS = 2 * DAY_MS;
/** Longer ago counts as so long: a clock that is years off must not use up the numbers. */
const LONGEST_MS = 400 * DAY_MS;

/**
 * Makes a database that was filled from a backup fit for players that lived on after it: they refuse a programme or an
 * emergency whose number they have seen. Every number is lifted past all that can have been given out between the backup
 * and `at`; the emergencies raised in between, which nobody knows any more, are told to be over.
 */
export async function liftNumbers(
  tx: TransactionSql,
  { madeAt, sequences }: Pick<Backup, 'madeAt' | 'sequences'>,
  at: EpochMs,
): Promise<void> {
  const seconds = Math.ceil(Math.min(Math.max(at - Date.parse(madeAt), 0), LONGEST_MS) / SECOND_MS);
  const [serials, ids] = [SERIALS + seconds, IDS + seconds];
  for (const { name } of sequences) {
    const [row] = await tx<{ most: number; last: number }[]>`
      select max_value::float8 as most, coalesce(last_value, 0)::float8 as last from pg_sequences
      where schemaname = 'public' and sequencename = ${name}`;
    const { most, last } = row ?? { most: 0, last: 0 };
    // Where the numbers themselves run out, they go on one by one.
    if (last + ids < most) await tx`select setval(${`public.${name}`}::regclass, ${last + ids})`;
  }
  // A programme that told nothing: whatever is compiled first differs from it and gets the number after it.
  await tx`
    insert into manifests (endpoint_id, revision, serial, issued_at, valid_until, told)
    select e.id, 'restored', coalesce((select max(serial) from manifests m where m.endpoint_id = e.id), 0) + ${serials}::int,
      to_timestamp(${at}::float8 / 1000), to_timestamp(${at}::float8 / 1000), '[]'
    from endpoints e`;
  if (await hasTable(tx, 'public.overrides')) await endUnknown(tx, { sequences, madeAt, at, serials });
}

/** One row stands for all of them: see {@link import('../override/statement.ts').Part}. */
async function endUnknown(
  tx: TransactionSql,
  { sequences, madeAt, at, serials }: Pick<Backup, 'madeAt' | 'sequences'> & { at: EpochMs; serials: number },
): Promise<void> {
  const given = sequences.find(({ name }) => name === 'overrides_id_seq');
  const next = given === undefined ? 1 : given.last + (given.isCalled ? 1 : 0);
  // A proposal of then may have been confirmed since: what is on the boxes ends, and a confirmation now is newer than that.
  const proposed = await tx<{ id: number }[]>`
    update overrides set serial = serial + ${2 * serials}::int
    where state = 'proposed' and lapses_at > ${madeAt}::text::timestamptz returning id`;
  const overrideIds = [
    ...proposed.map(({ id }) => id),
    ...Array.from({ length: EMERGENCIES }, (_, n) => next + n),
  ];
  const endpoints = (await tx<{ id: number }[]>`select id from endpoints order by id`).map(({ id }) => id);
  if (endpoints.length === 0) return;
  const text = { title: '恢复备份 Restored from a backup', body: '', lang: 'zh-CN' };
  const parts = [{ show: { kind: 'text', ...text }, endpoints, overrideIds }];
  const now = tx`to_timestamp(${at}::float8 / 1000)`;
  await tx`
    insert into overrides (serial, state, severity, drill, content, aim, parts, unreached, from_at, until_at, proposed_by,
      proposed_at, lapses_at, confirmed_by, confirmed_at, ended_by, ended_at, end_reason)
    values (${serials}, 'withdrawn', 'minor', false, ${JSON.stringify({ text })}::text::jsonb, '{"all": true}',
      ${JSON.stringify(parts)}::text::jsonb, '[]', ${now}, to_timestamp(${at + TOLD_OVER_MS}::float8 / 1000), 'system',
      ${now}, ${now}, 'system', ${now}, 'system', ${now}, ${`restored from the backup of ${madeAt}`})`;
}
