import { onTestFinished } from 'vitest';
/** A room on a real store, with time held still and every event kept. @module */
import { createAccounts } from '../../src/accounts/accounts.ts';
import { createAdministration } from '../../src/accounts/administration.ts';
import type { ConfirmResult, PendingEnrolment, SignInProofs } from '../../src/accounts/contract.ts';
import type { AccountsDeps } from '../../src/accounts/deps.ts';
import { currentCode } from '../../src/accounts/totp.ts';
import type { AuditEvent } from '../../src/audit/events.ts';
import { Secret } from '../../src/core/secret.ts';
import type { StoreAddress } from '../../src/core/store-address.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { createDatabase, isOnPostgres } from '../postgres.ts';
import { createSeededRandom } from '../seeded-random.ts';

export const PASSWORD = 'blue otter swims far';
export const attempt = { source: '203.0.113.7', requestId: 'r-1' };
/** Longer than any wait, so that a test about something else never meets one. */
const HOUR_MS = 3_600_000;

export const generous: AccountsDeps['policy']['throttle'] = {
  source: { free: 1_000, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 10_000 },
  account: { free: 1_000, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 60 },
  device: { free: 1_000, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 40 },
};

export interface RoomOptions {
  readonly policy?: Partial<AccountsDeps['policy']>;
  /** Puts itself between the rules and the store, e.g. to count calls. */
  readonly wrap?: (store: Store) => Store;
}

export async function openRoom(options: RoomOptions = {}) {
  const clock = { ms: 1_800_000_000_000, nowMs: () => clock.ms };
  const random = createSeededRandom();
  const bare = await openStore({ address: await addressOfRoom(), clock, random });
  const store = options.wrap?.(bare) ?? bare;
  const events: AuditEvent[] = [];
  const deps: AccountsDeps = {
    store,
    storeKeys: { currentId: 'k1', keys: new Map([['k1', random.bytes(32)]]) },
    clock,
    random,
    audit: (event) => events.push(event),
    policy: {
      factors: ['password', 'totp'],
      signup: 'open',
      totp: { issuer: 'Sallyport', digits: 6, periodSec: 30, algorithm: 'SHA1', window: 1 },
      throttle: generous,
      ...options.policy,
    },
  };
  const accounts = createAccounts(deps);
  const administration = createAdministration(deps);
  const codeFor = (uri: string) => currentCode(uri, clock.ms).code;
  const nextStep = () => {
    clock.ms += deps.policy.totp.periodSec * 1000;
  };

  return {
    accounts,
    administration,
    store,
    clock,
    deps,
    events,
    codeFor,
    nextStep,
    skip: (ms = HOUR_MS) => {
      clock.ms += ms;
    },
    /** Somebody with a password and an app, whose current code is unspent. */
    async add(
      name: string,
      over: { readonly groups?: readonly string[]; readonly totpSecret?: Secret } = {},
    ) {
      const added = await administration.addUser({
        name,
        password: new Secret(PASSWORD),
        totpSecret: over.totpSecret,
        groups: over.groups ?? [],
      });
      if (!added.ok) throw new Error(JSON.stringify(added.problems));
      const uri = added.uri.reveal();
      return {
        principal: added.principal,
        uri,
        recoveryCodes: added.recoveryCodes.map((code) => code.reveal()),
        code: () => codeFor(uri),
      };
    },
    signIn: (proofs: Partial<SignInProofs> & { readonly name: string }, from = attempt) =>
      accounts.signIn(
        { password: PASSWORD, code: '000000', recogniseBrowser: async () => undefined, ...proofs },
        from,
      ),
    async begin(
      name: string,
      over: { readonly password?: string; readonly inviteToken?: string } = {},
    ) {
      const begun = await accounts.beginSignUp(
        { name, password: over.password ?? PASSWORD, inviteToken: over.inviteToken },
        attempt,
      );
      if (!begun.ok) throw new Error(JSON.stringify(begun));
      return begun.pending;
    },
    async confirm(pending: PendingEnrolment): Promise<Extract<ConfirmResult, { ok: true }>> {
      const confirmed = await accounts.confirm(pending, codeFor(pending.uri), attempt);
      if (!confirmed.ok) throw new Error(JSON.stringify(confirmed));
      return confirmed;
    },
  };
}

/** In memory, or on the server of the run. */
async function addressOfRoom(): Promise<StoreAddress> {
  if (!isOnPostgres()) return { kind: 'sqlite', path: ':memory:' };
  const { address, drop } = await createDatabase();
  onTestFinished(drop);
  return address;
}
