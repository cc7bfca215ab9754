/** Every kind of store that the contract suite holds to one behaviour. @module */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { PostgresAddress, StoreAddress } from '../../src/core/store-address.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { createDatabase } from '../postgres.ts';
import { hasPostgres } from '../postgres-server.ts';
import { clock } from './now.ts';

/** A place for one store's data; forgotten when the test has finished. */
export interface StoreKind {
  readonly name: string;
  /** Whether a second process could open the same data. */
  readonly isShared: boolean;
  /** Whether this machine lacks what it needs. */
  readonly isMissing?: boolean;
  /** Returns how to open the new place, each time as if by another process. */
  readonly found: () => Promise<() => Promise<Store>>;
}

/** A new dialect joins the suite with one entry. */
export const stores: readonly StoreKind[] = [
  { name: 'SQLite file', isShared: true, found: foundFile },
  { name: 'SQLite memory', isShared: false, found: async () => fileOpener(':memory:') },
  {
    name: hasPostgres() ? 'PostgreSQL' : '[needs postgresql] PostgreSQL',
    isShared: true,
    isMissing: !hasPostgres(),
    found: async () => opener(await foundDatabase()),
  },
];

/** A PostgreSQL database that lives as long as the test. */
export async function foundDatabase(): Promise<PostgresAddress> {
  const { address, drop } = await createDatabase();
  onTestFinished(drop);
  return address;
}

async function foundFile(): Promise<() => Promise<Store>> {
  return fileOpener(join(await makeFolder(), 'sallyport.db'));
}

/** A folder that lives as long as the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens the store at `address`; every opened one is closed when the test has finished. */
export function opener(address: StoreAddress): () => Promise<Store> {
  return async () => {
    const store = await openStore({ address, clock, random });
    onTestFinished(() => store.close());
    return store;
  };
}

/** As {@link opener}, for a SQLite file. */
export const fileOpener = (path: string): (() => Promise<Store>) =>
  opener({ kind: 'sqlite', path });
