/** What somebody may be in the middle of when the door is killed, and what must be true then. @module */
import { expect } from 'vitest';
import { Client, hiddenFields } from '../client.ts';
import { codeFrom, PASSWORD } from '../people.ts';
import { countKinds, type Found, ofKind } from './found.ts';
import type { MortalDoor } from './mortal-door.ts';
import {
  beginReplacement,
  beginSignUp,
  isInside,
  isLetIn,
  movedTo,
  nextCode,
  type Proof,
  recoveryCodesIn,
  signUp,
} from './people.ts';

/** What is known once the door is back. */
export interface Aftermath {
  readonly before: Found;
  readonly after: Found;
  /** Whether the whole answer had arrived, and said that it is done. */
  readonly isAcknowledged: boolean;
}

/** One request that a kill meets. */
export interface Victim {
  readonly name: string;
  /** Sends it; true once it is acknowledged. */
  act(): Promise<boolean>;
  /** Holds store and door to the rules; returns whether it had happened. */
  check(aftermath: Aftermath): Promise<boolean>;
}

/** Prepares a victim up to its last request. */
export type Flow = (door: MortalDoor, name: string) => Promise<Victim>;

const RECOVERY_CODES = 10;

const confirmSignUp: Flow = async (door, name) => {
  const pending = await beginSignUp(door, name);
  let answer: Awaited<ReturnType<typeof pending.confirm>> | undefined;
  return {
    name,
    async act() {
      answer = await pending.confirm();
      return answer.page.status === 200;
    },
    async check({ after, isAcknowledged }) {
      const hasHappened = after.exists;
      if (!hasHappened) {
        expect(isAcknowledged, 'the person is gone').toBe(false);
        expect(await isLetIn(door, name, nextCode(pending))).toBe(false);
        expect((await pending.confirm()).page.status, 'the form, sent again').toBe(200);
        return false;
      }
      const password = door.hasPasswords ? 1 : 0;
      expect(countKinds(after)).toEqual({ password, totp: 1, recovery: RECOVERY_CODES });
      if (isAcknowledged && answer !== undefined) {
        expect(await isInside(door, answer.client), 'the session').toBe(true);
        const [recovery_code = ''] = recoveryCodesIn(answer.page);
        expect(await isLetIn(door, name, { recovery_code }), 'a recovery code').toBe(true);
      }
      if (!isAcknowledged) {
        expect((await pending.confirm()).page.status, 'the form, sent again').toBe(410);
      }
      expect(await isLetIn(door, name, { code: pending.code }), 'the first code').toBe(false);
      expect(await isLetIn(door, name, nextCode(pending)), 'the next code').toBe(true);
      return true;
    },
  };
};

/** Signs in with what `choose` takes of the person's proofs. */
const signIn =
  (choose: (person: Awaited<ReturnType<typeof signUp>>) => Proof): Flow =>
  async (door, name) => {
    const person = await signUp(door, name);
    const proof = choose(person);
    const client = new Client(door.origin);
    const page = await client.get('/_auth/login');
    const hidden = hiddenFields(page.text, '/_auth/login');
    const form = { ...hidden, username: name, password: PASSWORD, ...proof };
    return {
      name,
      async act() {
        return (await client.post('/_auth/login', form)).status === 303;
      },
      async check({ before, after, isAcknowledged }) {
        const isSpent = stepsOf(after) > stepsOf(before);
        const hasHappened = after.sids.length > before.sids.length;
        if (hasHappened) expect(isSpent, 'a session whose code is not spent').toBe(true);
        if (isAcknowledged) {
          expect(hasHappened, 'the session is gone').toBe(true);
          expect(await isInside(door, client), 'the cookie').toBe(true);
        }
        const again = [await isLetIn(door, name, proof), await isLetIn(door, name, proof)];
        expect(again, 'the code, twice more').toEqual([!isSpent, false]);
        return hasHappened;
      },
    };
  };

/** Grows with each code that is spent. */
const stepsOf = ({ credentials }: Found) =>
  credentials.reduce((sum, { lastStep }) => sum + lastStep, 0);

const confirmReplacement: Flow = async (door, name) => {
  const person = await signUp(door, name);
  const pending = await beginReplacement(door, person);
  let answer: Awaited<ReturnType<typeof pending.confirm>> | undefined;
  return {
    name,
    async act() {
      answer = await pending.confirm();
      return answer.page.status === 200;
    },
    async check({ before, after, isAcknowledged }) {
      const hasHappened = ofKind('totp', after)[0]?.id !== ofKind('totp', before)[0]?.id;
      expect(countKinds(after)).toEqual(countKinds(before));
      expectOneGeneration({ before, after, hasHappened });
      if (isAcknowledged) expect(hasHappened, 'the new app is gone').toBe(true);
      expect(await isLetIn(door, name, { code: pending.code }), 'its first code').toBe(false);
      expect(await isLetIn(door, name, nextCode(person)), 'the old app').toBe(!hasHappened);
      expect(await isLetIn(door, name, nextCode(pending)), 'the new app').toBe(hasHappened);
      const recovery_code = person.recoveryCodes[1] ?? '';
      expect(await isLetIn(door, name, { recovery_code }), 'an old one').toBe(!hasHappened);
      expect(await isInside(door, person.client), 'the old session').toBe(!hasHappened);
      if (isAcknowledged && answer !== undefined) {
        expect(await isInside(door, answer.client), 'the new session').toBe(true);
        const [fresh = ''] = recoveryCodesIn(answer.page);
        expect(await isLetIn(door, name, { recovery_code: fresh }), 'a new one').toBe(true);
      }
      if (!isAcknowledged) {
        const { status } = (await pending.confirm()).page;
        expect(status, 'the form, sent again').toBe(hasHappened ? 410 : 200);
      }
      return hasHappened;
    },
  };
};

/** App, recovery codes and sessions are all from before the replacement, or all from after it. */
function expectOneGeneration(what: {
  readonly before: Found;
  readonly after: Found;
  readonly hasHappened: boolean;
}): void {
  const { before, after, hasHappened } = what;
  const idsOf = (found: Found) => ofKind('recovery', found).map(({ id }) => id);
  const kept = idsOf(after).filter((id) => idsOf(before).includes(id));
  expect(kept, 'old recovery codes').toHaveLength(hasHappened ? 0 : RECOVERY_CODES);
  for (const sid of before.sids) {
    expect(after.sids.includes(sid), 'the row of the old session').toBe(!hasHappened);
    expect(after.ended.has(sid), 'its entry in the feed').toBe(hasHappened);
  }
}

const signOut: Flow = async (door, name) => {
  const { client } = await signUp(door, name);
  const page = await client.get('/_auth/logout');
  const form = hiddenFields(page.text, '/_auth/logout');
  const copied = movedTo(door, client);
  return {
    name,
    async act() {
      return (await client.post('/_auth/logout', form)).status === 303;
    },
    async check({ before, after, isAcknowledged }) {
      const [sid = ''] = before.sids;
      const hasHappened = !after.sids.includes(sid);
      expect(after.ended.has(sid), 'the entry in the feed').toBe(hasHappened);
      if (isAcknowledged) expect(hasHappened, 'the session is back').toBe(true);
      expect(await isInside(door, copied), 'a copy of its cookie').toBe(!hasHappened);
      return hasHappened;
    },
  };
};

/** By the names that a report gives them. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  'sign-up': confirmSignUp,
  'sign-in by app': signIn(({ uri }) => ({ code: codeFrom(uri, 1) })),
  'sign-in by recovery code': signIn(({ recoveryCodes: [first = ''] }) => ({
    recovery_code: first,
  })),
  replacement: confirmReplacement,
  'sign-out': signOut,
};
