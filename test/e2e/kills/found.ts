/** What the store itself holds of one person. @module */
import { systemClock } from '../../../src/core/ports.ts';
import type { Credential, CredentialKind, Store } from '../../../src/store/contract.ts';
import { readFeed } from '../../store/samples.ts';

/** One person's rows. */
export interface Found {
  readonly exists: boolean;
  readonly credentials: readonly Credential[];
  readonly sids: readonly string[];
  /** Sessions that the feed calls ended, anybody's. */
  readonly ended: ReadonlySet<string>;
}

/** Reads them by a name. */
export async function findPerson(store: Store, name: string): Promise<Found> {
  const account = await store.findAccount('person', '', name);
  const id = account?.principal.id ?? '';
  const sessions = await store.listSessions(id, systemClock.nowMs());
  const revocations = await readFeed(store);
  return {
    exists: account !== undefined,
    credentials: account?.credentials ?? [],
    sids: sessions.map(({ sid }) => sid),
    ended: new Set(revocations.map(({ sid }) => sid)),
  };
}

/** Of one kind, oldest first. */
export const ofKind = (kind: CredentialKind, { credentials }: Found): readonly Credential[] =>
  credentials.filter((credential) => credential.kind === kind);

/** How many there are of each kind. */
export const countKinds = (found: Found): Record<CredentialKind, number> => ({
  password: ofKind('password', found).length,
  totp: ofKind('totp', found).length,
  recovery: ofKind('recovery', found).length,
});
