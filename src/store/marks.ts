/** What an installation notes about itself, and what its database says of the time. @module */
import { sql } from 'kysely';
import type { Marks } from './contract/marks.ts';
import type { Engine } from './engine.ts';

/** The marks' part of a store; the names share a table with the schema's version. */
export function createMarks(engine: Engine): Marks {
  return {
    readMark: (name) =>
      engine.read(async (db) => {
        const mark = await db
          .selectFrom('meta')
          .select('value')
          .where('key', '=', keyOf(name))
          .executeTakeFirst();
        return mark?.value;
      }),
    setMark: (name, from, to) =>
      engine.write(async (tx) => {
        const key = keyOf(name);
        if (from === undefined) {
          const { numInsertedOrUpdatedRows } = await tx
            .insertInto('meta')
            .values({ key, value: to })
            .onConflict((conflict) => conflict.column('key').doNothing())
            .executeTakeFirst();
          return numInsertedOrUpdatedRows === 1n;
        }
        const { numUpdatedRows } = await tx
          .updateTable('meta')
          .set({ value: to })
          .where('key', '=', key)
          .where('value', '=', from)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
    async timeMs() {
      // A file has no clock: whoever asks it hears their own.
      if (engine.dialect === 'sqlite') return undefined;
      return engine.read(async (db) => {
        const { rows } = await sql<{ ms: number }>`
          select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
        return rows[0]?.ms;
      });
    },
  };
}

const keyOf = (name: string) => `mark/${name}`;
