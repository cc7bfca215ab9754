/** A feed that is longer than one answer. */
import { describe, expect, it } from 'vitest';
import { NOW_MS } from './now.ts';
import { engineAt, foundPlace, isMissing } from './places.ts';
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
    const first = await store.readRevocations(0);
    const second = await store.readRevocations(first.at(-1)?.id ?? 0);
    expect([first.length, second.length]).toEqual([PAGE, 2]);
    expect([...first, ...second].map(({ sid }) => sid)).toEqual(entries.map(({ sid }) => sid));
    expect(await store.readRevocations(second.at(-1)?.id ?? 0)).toEqual([]);
  });
});
