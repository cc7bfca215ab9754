/** Seals credentials again after the store key was replaced, while people sign in. @module */
import { createEnvelope, type Envelope } from '../accounts/envelope.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Random } from '../core/ports.ts';
import type { Credential, Resealing, Store } from '../store/contract.ts';

/** The keys, and the store as far as credentials are walked through. */
export interface ResealDeps {
  readonly store: Pick<Store, 'listCredentials' | 'reseal'>;
  readonly storeKeys: KeySet;
  readonly random: Random;
}

/** What one walk has done. */
export interface ResealOutcome {
  readonly resealed: number;
  /** Under a replaced key, and damaged: nobody can open them, with whatever key. */
  readonly damaged: number;
}

/** Rows of one transaction: a sign-in waits for no more than these. */
const BATCH = 100;

/**
 * Walks through all credentials once. Whatever happens, a row opens: each is replaced by
 * itself, if it still is what was read. A walk that was killed is made again, and several
 * walks at once do the same work twice at worst.
 *
 * Half-finished forms are left alone: they are gone within ten minutes (ADR 24).
 *
 * @param isStopped  asked between batches
 */
export async function resealCredentials(
  deps: ResealDeps,
  isStopped: () => boolean = () => false,
): Promise<ResealOutcome> {
  const { store, storeKeys, random } = deps;
  const envelope = createEnvelope({ keys: storeKeys, random });
  let resealed = 0;
  let damaged = 0;
  for (let afterId = ''; !isStopped(); ) {
    // By pages and not by key: a query for what is left reads the whole table for the last rows.
    const page = await store.listCredentials(afterId, BATCH);
    const due = page.filter(({ sealed }) => isDue(sealed, storeKeys));
    const changes = due.flatMap((credential) => sealAgain(envelope, credential) ?? []);
    if (changes.length > 0) resealed += await store.reseal(changes);
    damaged += due.length - changes.length;
    const last = page.at(-1);
    if (last === undefined) break;
    afterId = last.id;
  }
  return { resealed, damaged };
}

/**
 * Whether a credential still opens with this key alone. Page by page, too: counting in one
 * query would stop everything else for as long as SQLite reads the table.
 */
export async function isStillNeeded(
  store: Pick<Store, 'listCredentials'>,
  keyId: string,
): Promise<boolean> {
  for (let afterId = ''; ; ) {
    const page = await store.listCredentials(afterId, BATCH);
    if (page.some(({ sealed }) => sealed.startsWith(`v1.${keyId}.`))) return true;
    const last = page.at(-1);
    if (last === undefined) return false;
    afterId = last.id;
  }
}

/**
 * Only what a replaced key has sealed. A process that has not heard of the next key yet sees
 * it as one of no account, and would otherwise seal everything back.
 */
const isDue = (sealed: string, { replacedIds }: KeySet): boolean =>
  replacedIds?.has(sealed.split('.')[1] ?? '') === true;

function sealAgain(envelope: Envelope, credential: Credential): Resealing | undefined {
  const { id, kind, principalId, sealed: from } = credential;
  const owner = { kind, principalId, credentialId: id };
  const plain = envelope.open(owner, from);
  return plain === undefined ? undefined : { id, from, to: envelope.seal(owner, plain) };
}
