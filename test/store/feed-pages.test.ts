/** A feed that is longer than one answer. */
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
