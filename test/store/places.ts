/** Addresses of new places for a store, for what works on whole databases. @module */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { StoreAddress } from '../../src/core/store-address.ts';
import type { Engine } from '../../src/store/engine.ts';
import { openEngine } from '../../src/store/open.ts';
import { hasPostgres } from '../postgres-server.ts';
import { clock } from './now.ts';
import { foundDatabase, makeFolder } from './stores.ts';

type Kind = StoreAddress['kind'];

/** Every pair of engines, in both directions. */
export const DIRECTIONS: readonly { readonly from: Kind; readonly to: Kind }[] = (
  ['sqlite', 'postgres'] as const
).flatMap((from) => (['sqlite', 'postgres'] as const).map((to) => ({ from, to })));

/** Whether this machine lacks the server that one of them needs. */
export const isMissing = (...kinds: readonly Kind[]): boolean =>
  kinds.includes('postgres') && !hasPostgres();

/** An empty place. */
export const foundPlace = async (kind: Kind): Promise<StoreAddress> =>
  kind === 'sqlite'
    ? { kind, path: join(await makeFolder(), 'sallyport.db') }
    : await foundDatabase();

/** The engine below a store; closed with the test at the latest. */
export async function engineAt(address: StoreAddress): Promise<Engine> {
  const engine = await openEngine({ address, clock, random });
  onTestFinished(() => engine.close());
  return engine;
}
