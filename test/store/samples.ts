/** Values to fill a store with. @module */
import type {
  Bearer,
  Invite,
  NewCredential,
  Principal,
  Registration,
  Revocation,
  SessionRow,
  Store,
} from '../../src/store/contract.ts';
import { NOW_MS } from './now.ts';

export const HOUR_MS = 3_600_000;

export const person = (name: string, more: Partial<Principal> = {}): Principal => ({
  id: `id-${name}`,
  kind: 'person',
  realm: '',
  name,
  canonicalName: name.toLowerCase(),
  groups: ['staff', 'users'],
  createdAtMs: NOW_MS,
  disabledAtMs: null,
  ...more,
});

export const credential = (id: string, more: Partial<NewCredential> = {}): NewCredential => ({
  id,
  kind: 'totp',
  label: 'phone',
  sealed: `sealed ${id}`,
  lastStep: -1,
  ...more,
});

export const registration = (name: string, more: Partial<Registration> = {}): Registration => ({
  principal: person(name),
  credentials: [credential(`totp-${name}`), credential(`password-${name}`, { kind: 'password' })],
  inviteId: null,
  ...more,
});

export const invite = (id: string, more: Partial<Invite> = {}): Invite => ({
  id,
  kind: 'invite',
  tokenHash: `hash of ${id}`,
  groups: ['staff'],
  principalId: null,
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + HOUR_MS,
  ...more,
});

export const bearer = (name: string, more: Partial<Bearer> = {}): Bearer => ({
  id: `id-${name}`,
  name,
  tokenHash: `hash of ${name}`,
  scopes: ['check:ada'],
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + HOUR_MS,
  lastUsedAtMs: null,
  ...more,
});

export const session = (sid: string, name: string, more: Partial<SessionRow> = {}): SessionRow => ({
  sid,
  principalId: `id-${name}`,
  amr: ['pwd', 'otp'],
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + HOUR_MS,
  ...more,
});

/** Registers `name` and starts the sessions `sids` for it. */
export async function signIn(store: Store, name: string, ...sids: string[]): Promise<void> {
  if ((await store.getAccount(`id-${name}`)) === undefined) {
    await store.register(registration(name), NOW_MS);
  }
  for (const sid of sids) await store.createSession(session(sid, name));
}

/** A page of a feed that holds `last`. */
export async function readFeed(store: Store, last?: Revocation): Promise<readonly Revocation[]> {
  const page = await store.readRevocations(last);
  if (page === 'unknown-entry') throw new Error('The feed has another history.');
  return page;
}

/** Session ids on the feed, oldest first. */
export const revoked = async (store: Store, afterId = 0): Promise<readonly string[]> =>
  (await readFeed(store)).filter(({ id }) => id > afterId).map(({ sid }) => sid);

/** How often each outcome came up. */
export function tally<T>(outcomes: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

/** Calls `call` this many times before anything is awaited. */
export const parallel = <T>(times: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => call(index)));
