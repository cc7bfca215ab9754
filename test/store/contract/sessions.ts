import { describe, expect, it } from 'vitest';
import type { Revocation } from '../../../src/store/contract.ts';
import { NOW_MS } from '../now.ts';
import {
  bearer,
  credential,
  HOUR_MS,
  parallel,
  readFeed,
  revoked,
  session,
  signIn,
} from '../samples.ts';
import type { StoreKind } from '../stores.ts';

export function describeSessions({ found }: StoreKind): void {
  const open = async () => (await found())();

  describe('countSessions', () => {
    it('counts those that have not ended, as far as it is asked to', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      await store.createSession(session('s2', 'ada'));
      await store.createSession({ ...session('s3', 'ada'), expiresAtMs: NOW_MS });
      expect(await store.countSessions(NOW_MS, 100)).toBe(2);
      expect(await store.countSessions(NOW_MS, 1)).toBe(1);
      await store.endSession('s1');
      expect(await store.countSessions(NOW_MS, 100)).toBe(1);
    });
  });

  describe('createSession', () => {
    it('writes a session of an enabled principal', async () => {
      const store = await open();
      await signIn(store, 'ada');
      expect(await store.createSession(session('s1', 'ada'))).toBe(true);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([session('s1', 'ada')]);
    });

    it('makes none for nobody, and none for a disabled principal', async () => {
      const store = await open();
      await signIn(store, 'ada');
      await store.setDisabled('id-ada', NOW_MS);
      expect(await store.createSession(session('s1', 'ada'))).toBe(false);
      expect(await store.createSession(session('s2', 'nobody'))).toBe(false);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([]);
    });

    it('makes none on ground that has changed since it was looked at', async () => {
      const store = await open();
      await signIn(store, 'ada');
      const groups = ['users', 'staff'];
      const credentialIds = ['password-ada', 'totp-ada'];
      const ground = { groups, credentialIds };
      expect(await store.createSession(session('s1', 'ada'), ground)).toBe(true);
      await store.replaceCredentials({
        principalId: 'id-ada',
        kinds: ['password'],
        credentials: [credential('password-2', { kind: 'password' })],
        inviteId: null,
        nowMs: NOW_MS,
      });
      expect(await store.createSession(session('s2', 'ada'), ground)).toBe(false);
      const renewed = { groups, credentialIds: ['password-2', 'totp-ada'] };
      expect(await store.createSession(session('s3', 'ada'), renewed)).toBe(true);
      await store.setGroups('id-ada', ['staff']);
      expect(await store.createSession(session('s4', 'ada'), renewed)).toBe(false);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([]);
    });

    it('makes none by the credential of somebody else', async () => {
      const store = await open();
      await signIn(store, 'ada');
      await signIn(store, 'bob');
      const ground = { groups: ['staff', 'users'], credentialIds: ['totp-bob'] };
      expect(await store.createSession(session('s1', 'ada'), ground)).toBe(false);
    });

    it('leaves no living session behind when a disabling races with it', async () => {
      const store = await open();
      await signIn(store, 'ada');
      const calls = Array.from({ length: 20 }, (_, index) =>
        index === 10
          ? store.setDisabled('id-ada', NOW_MS)
          : store.createSession(session(`s${index}`, 'ada')),
      );
      const made = (await Promise.all(calls)).filter((isDone, index) => isDone && index !== 10);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([]);
      expect(await revoked(store)).toHaveLength(made.length);
    });
  });

  it('lists living sessions, oldest first', async () => {
    const store = await open();
    await signIn(store, 'ada');
    await store.createSession(session('late', 'ada', { createdAtMs: NOW_MS + 2 }));
    await store.createSession(session('early', 'ada', { createdAtMs: NOW_MS + 1 }));
    await store.createSession(session('dead', 'ada', { expiresAtMs: NOW_MS }));
    const sids = (await store.listSessions('id-ada', NOW_MS)).map(({ sid }) => sid);
    expect(sids).toEqual(['early', 'late']);
  });

  describe('ending sessions', () => {
    it('ends one and puts it on the feed once, however often it is ended', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2');
      await store.endSession('s1');
      await store.endSession('s1');
      await store.endSession('unknown');
      expect(await readFeed(store)).toEqual([
        { id: 1, sid: 's1', nonce: expect.any(String), expiresAtMs: NOW_MS + HOUR_MS },
      ]);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([session('s2', 'ada')]);
    });

    it('ends all of a principal and says how many', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2', 's3');
      await signIn(store, 'bob', 's4');
      expect(await store.endSessions('id-ada')).toBe(3);
      expect(await store.endSessions('id-ada')).toBe(0);
      expect((await revoked(store)).toSorted()).toEqual(['s1', 's2', 's3']);
      expect(await store.listSessions('id-bob', NOW_MS)).toHaveLength(1);
    });
  });

  describe('ends that a database has lost', () => {
    const ends = ['s2', 's3', 'id-phone'].map((sid) => ({ sid, expiresAtMs: NOW_MS + HOUR_MS }));

    it('are on the feed once, however many say them at once, and what has come back goes', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2', 's4');
      await store.addBearer(bearer('phone', { id: 'id-phone' }));
      await store.endSession('s1');
      const [last] = await readFeed(store);
      const answers = await parallel(5, () => store.endAgain(ends, last));
      expect(answers.toSorted()).toEqual([0, 0, 0, 0, 3]);
      expect(await revoked(store)).toEqual(['s1', 's2', 's3', 'id-phone']);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([session('s4', 'ada')]);
      expect(await store.listBearers()).toEqual([]);
    });

    it('come first on a feed that is empty', async () => {
      const store = await open();
      expect(await store.endAgain(ends)).toBe(3);
      expect(await store.endAgain(ends)).toBe(0);
      expect(await revoked(store)).toEqual(['s2', 's3', 'id-phone']);
    });

    it('are not written where the feed has another history than the writer has read', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2');
      await store.endSession('s1');
      const [last] = await readFeed(store);
      const other = { ...last!, sid: 's0' };
      expect(await store.endAgain(ends, other)).toBe('unknown-entry');
      expect(await revoked(store)).toEqual(['s1']);
      expect(await store.listSessions('id-ada', NOW_MS)).toHaveLength(1);
    });
  });

  describe('the feed', () => {
    it('is read from where the reader stopped, oldest first', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2', 's3');
      for (const sid of ['s2', 's3', 's1']) await store.endSession(sid);
      expect(await revoked(store)).toEqual(['s2', 's3', 's1']);
      const [first, , third] = await readFeed(store);
      expect((await readFeed(store, first)).map(({ sid }) => sid)).toEqual(['s3', 's1']);
      expect(await readFeed(store, third)).toEqual([]);
    });

    it('says so when it does not hold what its reader has read', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2');
      await store.endSession('s1');
      const [entry] = (await readFeed(store)) as readonly [Revocation];
      expect(await readFeed(store, entry)).toEqual([]);
      for (const other of [{ sid: 's0' }, { nonce: 'another' }, { id: entry.id + 1 }]) {
        expect(await store.readRevocations({ ...entry, ...other })).toBe('unknown-entry');
      }
    });

    it('keeps its newest entry, by which its readers know it, and gives no id again', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2');
      await store.endSessions('id-ada');
      const newest = (await readFeed(store)).at(-1);
      await store.purge(NOW_MS + HOUR_MS);
      expect(await readFeed(store)).toEqual([newest]);
      await store.createSession(session('s3', 'ada', { expiresAtMs: NOW_MS + 9 * HOUR_MS }));
      await store.endSession('s3');
      expect((await readFeed(store, newest)).map(({ sid }) => sid)).toEqual(['s3']);
      await store.purge(NOW_MS + HOUR_MS);
      expect(await revoked(store)).toEqual(['s3']);
    });
  });
}
