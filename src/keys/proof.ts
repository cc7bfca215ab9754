/** Whether a process has the keys of the installation whose store it opens. @module */
import { fingerprintOf, type KeySet } from '../core/key-set.ts';
import type { Store } from '../store/contract.ts';
import type { OwnerTraces } from '../store/open.ts';

/** Both rings, and what a store knows of the keys that it was used with. */
interface ComparisonDeps {
  readonly store: OwnerTraces;
  readonly sealKeys: KeySet;
  readonly storeKeys: KeySet;
}

/** The same, and where the next keys are written down. */
export interface ProofDeps extends ComparisonDeps {
  readonly store: OwnerTraces & Pick<Store, 'setMark'>;
}

/** Which key a stranger lacks, and which it has instead. */
export interface Stranger {
  readonly ring: 'seal' | 'store';
  readonly wanted: string;
  readonly found: readonly string[];
}

const MARK = 'keys';

/**
 * Compares the keys that seal in this installation, which the store knows by their
 * fingerprints, with those of this process; writes them down where nobody has. Where this
 * process knows that one was replaced, the next one is written in its place.
 *
 * @returns undefined for a process that belongs here
 */
export async function findStranger(deps: ProofDeps): Promise<Stranger | undefined> {
  const { store, sealKeys, storeKeys } = deps;
  const mark = await store.readMark(MARK);
  const found = await compare(deps, mark);
  if (found !== undefined) return found;
  if (mark === undefined) {
    const first = `${fingerprints(sealKeys).current} ${fingerprints(storeKeys).current}`;
    // Another process may have been first, with other keys.
    return (await store.setMark(MARK, undefined, first)) ? undefined : findStranger(deps);
  }
  const [seal = '', secret = ''] = mark.split(' ');
  const next = `${successorOf(seal, sealKeys)} ${successorOf(secret, storeKeys)}`;
  // Lost where another process has just done the same.
  if (next !== mark) await store.setMark(MARK, mark, next);
  return undefined;
}

/** Compares them without writing anything down: the store may be somebody else's. */
export const recogniseStranger = async (deps: ComparisonDeps): Promise<Stranger | undefined> =>
  compare(deps, await deps.store.readMark(MARK));

/** One sentence about a stranger, and what to do. */
export function describeStranger({ ring, wanted, found }: Stranger): string {
  return (
    `The database belongs to an installation with other keys: it wants the ${ring} key ${wanted}, ` +
    `and this process has ${found.join(', ')}. Give it the keys.json of that installation, or ` +
    'another database.'
  );
}

async function compare(
  { store, sealKeys, storeKeys }: ComparisonDeps,
  mark: string | undefined,
): Promise<Stranger | undefined> {
  if (mark === undefined) {
    // A store of before the mark: the credentials in it say whose it is.
    const [credential] = await store.listCredentials('', 1);
    const id = credential?.sealed.split('.')[1];
    return id === undefined || storeKeys.keys.has(id)
      ? undefined
      : stranger('store', storeKeys, id);
  }
  const [seal = '', secret = ''] = mark.split(' ');
  if (!fingerprints(sealKeys).all.has(seal)) return stranger('seal', sealKeys, seal);
  if (!fingerprints(storeKeys).all.has(secret)) return stranger('store', storeKeys, secret);
  return undefined;
}

const stranger = (ring: Stranger['ring'], keys: KeySet, wanted: string): Stranger => ({
  ring,
  wanted,
  found: [...fingerprints(keys).all.keys()],
});

/** Ids by fingerprint. */
function fingerprints({ keys, currentId }: KeySet) {
  const all = new Map([...keys].map(([id, root]) => [fingerprintOf(root), id]));
  const current = fingerprintOf(keys.get(currentId) ?? new Uint8Array(0));
  return { all, current };
}

/** A process that has not heard of a replacement leaves the mark to those that have. */
function successorOf(fingerprint: string, keys: KeySet): string {
  const { all, current } = fingerprints(keys);
  return keys.replacedIds?.has(all.get(fingerprint) ?? '') === true ? current : fingerprint;
}
