/** Whoever has much to do with the store, and those who want something meanwhile. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { StoreAddress } from '../../src/core/store-address.ts';
import { NOW_MS } from './now.ts';
import { engineAt, foundPlace, isMissing } from './places.ts';
import { opener } from './stores.ts';

const FLOWS = 5_000;

async function fill(address: StoreAddress): Promise<void> {
  const engine = await engineAt(address);
  const flows = Array.from({ length: FLOWS }, (_, at) => ({
    id: `flow-${at}`,
    sealed: 'sealed',
    expires_at_ms: NOW_MS,
  }));
  await engine.write((tx) => tx.insertInto('flow').values(flows).execute());
}

/** How often the event loop turned while `work` ran. */
async function turnsIn(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  let turns = 0;
  const ended = work.finally(() => {
    isOver = true;
  });
  for (; !isOver; turns += 1) await turn();
  await ended;
  return turns;
}

describe.each(['sqlite', 'postgres'] as const)('on %s, everything else gets its turns', (kind) => {
  it.skipIf(isMissing(kind))('while 5,000 rows are purged', async () => {
    const address = await foundPlace(kind);
    await fill(address);
    const store = await opener(address)();
    expect(await turnsIn(store.purge(NOW_MS))).toBeGreaterThan(5);
    expect(await store.getFlow('flow-0', 0)).toBeUndefined();
  });

  it.skipIf(isMissing(kind))('while somebody makes one call after the other', async () => {
    const store = await opener(await foundPlace(kind))();
    const walk = async () => {
      for (let at = 0; at < 300; at += 1) await store.putFlow(`f${at}`, 'sealed', NOW_MS);
    };
    expect(await turnsIn(walk())).toBeGreaterThan(5);
  });
});
