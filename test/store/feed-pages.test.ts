/** A feed that is longer than one answer, and one that an older version began. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { NOW_MS } from './now.ts';
import { engineAt, foundPlace, isMissing } from './places.ts';
import { readFeed } from './samples.ts';
import { opener } from './stores.ts';

const PAGE = 5_000;

describe.each(['sqlite', 'postgres'] as const)('a feed of 5,002 entries on %s', (kind) => {
  it.skipIf(isMissing(kind))('comes page by page, in order, none twice', async () => {
    const address = await foundPlace(kind);
    const engine = await engineAt(address);
    const entries = Array.from({ length: PAGE + 2 }, (_, at) => ({
      sid: `s${at}`,
      expires_at_ms: NOW_MS,
    }));
    await engine.write((tx) => tx.insertInto('revocation').values(entries).execute());
    const store = await opener(address)();
    const first = await readFeed(store);
    const second = await readFeed(store, first.at(-1));
    expect([first.length, second.length]).toEqual([PAGE, 2]);
    expect([...first, ...second].map(({ sid }) => sid)).toEqual(entries.map(({ sid }) => sid));
    expect(await readFeed(store, second.at(-1))).toEqual([]);
  });
});

describe.each(['sqlite', 'postgres'] as const)('a feed that version 2 began on %s', (kind) => {
  it.skipIf(isMissing(kind))('goes on where its readers stopped', async () => {
    const address = await foundPlace(kind);
    const before = await engineAt(address);
    await before.write(async (tx) => {
      await sql`alter table revocation drop column nonce`.execute(tx);
      await sql`update meta set value = '2' where key = 'schema_version'`.execute(tx);
      await sql`insert into revocation (sid, expires_at_ms) values ('s1', ${NOW_MS})`.execute(tx);
    });
    const store = await opener(address)();
    const [old] = await readFeed(store);
    // An older process that still runs knows nothing of the new column.
    await before.write((tx) =>
      sql`insert into revocation (sid, expires_at_ms) values ('s2', ${NOW_MS})`.execute(tx),
    );
    expect((await readFeed(store, old)).map(({ sid }) => sid)).toEqual(['s2']);
  });
});
