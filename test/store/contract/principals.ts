import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../now.ts';
import {
  credential,
  invite,
  parallel,
  person,
  registration,
  revoked,
  signIn,
  tally,
} from '../samples.ts';
import type { StoreKind } from '../stores.ts';

export function describePrincipals({ found }: StoreKind): void {
  const open = async () => (await found())();

  describe('register', () => {
    it('writes the principal with all of its credentials', async () => {
      const store = await open();
      expect(await store.register(registration('Ada'), NOW_MS)).toBe('created');
      const account = await store.findAccount('person', '', 'ada');
      expect(account?.principal).toEqual(person('Ada'));
      expect(account?.credentials).toEqual([
        {
          ...credential('password-Ada', { kind: 'password' }),
          principalId: 'id-Ada',
          createdAtMs: NOW_MS,
        },
        { ...credential('totp-Ada'), principalId: 'id-Ada', createdAtMs: NOW_MS },
      ]);
      expect(await store.getAccount('id-Ada')).toEqual(account);
      expect(await store.findPrincipal('person', '', 'ada')).toEqual({ id: 'id-Ada', name: 'Ada' });
      expect(await store.findPrincipal('service', '', 'ada')).toBeUndefined();
      expect(await store.findPrincipal('person', '', 'eve')).toBeUndefined();
    });

    it('finds a service in any case of its name, and nobody else', async () => {
      const store = await open();
      const principal = person('Nightly', {
        ...{ kind: 'service', realm: 'Jobs', canonicalName: 'Nightly' },
      });
      await store.register(registration('Nightly', { principal, credentials: [] }), NOW_MS);
      await store.register(registration('ada', { credentials: [] }), NOW_MS);
      expect(await store.hasServiceInAnyCase('jobs', 'nightly')).toBe(true);
      expect(await store.hasServiceInAnyCase('jobs', 'night')).toBe(false);
      expect(await store.hasServiceInAnyCase('cron', 'nightly')).toBe(false);
      expect(await store.hasServiceInAnyCase('', 'ada')).toBe(false);
    });

    it('takes a principal without credentials', async () => {
      const store = await open();
      await store.register(registration('ada', { credentials: [] }), NOW_MS);
      expect(await store.getAccount('id-ada')).toEqual({
        principal: person('ada'),
        credentials: [],
      });
    });

    it('never replaces an existing name, nor adds credentials to it', async () => {
      const store = await open();
      await store.register(registration('ada'), NOW_MS);
      const before = await store.findAccount('person', '', 'ada');
      const intruder = {
        principal: person('ADA', { id: 'other', groups: ['admin'] }),
        credentials: [credential('intruder')],
        inviteId: null,
      };
      expect(await store.register(intruder, NOW_MS)).toBe('name-taken');
      expect(await store.findAccount('person', '', 'ada')).toEqual(before);
      expect(await store.getAccount('other')).toBeUndefined();
    });

    it('keeps people, services and realms apart under one name', async () => {
      const store = await open();
      const named = (id: string, more: object) =>
        store.register(
          { principal: person('ada', { id, ...more }), credentials: [], inviteId: null },
          NOW_MS,
        );
      expect(await named('a', {})).toBe('created');
      expect(await named('b', { kind: 'service', realm: 'one' })).toBe('created');
      expect(await named('c', { kind: 'service', realm: 'two' })).toBe('created');
      expect(await named('d', { kind: 'service', realm: 'two' })).toBe('name-taken');
      expect((await store.findAccount('service', 'two', 'ada'))?.principal.id).toBe('c');
      expect(await store.findAccount('service', '', 'ada')).toBeUndefined();
    });

    it('lets exactly one of 100 racing sign-ups have a name', async () => {
      const store = await open();
      const outcomes = await parallel(100, (index) =>
        store.register(
          {
            principal: person('ada', { id: `id-${index}` }),
            credentials: [credential(`totp-${index}`)],
            inviteId: null,
          },
          NOW_MS,
        ),
      );
      expect(tally(outcomes)).toEqual(
        new Map([
          ['created', 1],
          ['name-taken', 99],
        ]),
      );
      expect((await store.findAccount('person', '', 'ada'))?.credentials).toHaveLength(1);
    });

    it('spends the invite that it is given', async () => {
      const store = await open();
      await store.addInvite(invite('i'));
      expect(await store.register(registration('ada', { inviteId: 'i' }), NOW_MS)).toBe('created');
      expect(await store.register(registration('bob', { inviteId: 'i' }), NOW_MS)).toBe(
        'invite-spent',
      );
      expect(await store.getAccount('id-bob')).toBeUndefined();
    });

    it('gives the invite back when the name is taken', async () => {
      const store = await open();
      await store.register(registration('ada'), NOW_MS);
      await store.addInvite(invite('i'));
      const again = registration('ada', { inviteId: 'i' });
      expect(await store.register(again, NOW_MS)).toBe('name-taken');
      expect(await store.findInvite('hash of i', NOW_MS)).toEqual(invite('i'));
    });

    it('tells nobody without a living invite whether a name exists', async () => {
      const store = await open();
      await store.register(registration('ada'), NOW_MS);
      const again = registration('ada', { inviteId: 'unknown' });
      expect(await store.register(again, NOW_MS)).toBe('invite-spent');
    });

    it('does not take an expired invite', async () => {
      const store = await open();
      await store.addInvite(invite('i', { expiresAtMs: NOW_MS }));
      const late = registration('ada', { inviteId: 'i' });
      expect(await store.register(late, NOW_MS)).toBe('invite-spent');
    });

    it("does not take the link that replaces somebody's app", async () => {
      const store = await open();
      await store.register(registration('ada'), NOW_MS);
      await store.addInvite(invite('i', { kind: 'enrol', principalId: 'id-ada' }));
      const misused = registration('bob', { inviteId: 'i' });
      expect(await store.register(misused, NOW_MS)).toBe('invite-spent');
    });

    it('lets one of two people have an invite that both use at once', async () => {
      const store = await open();
      await store.addInvite(invite('i'));
      const outcomes = await parallel(2, (index) =>
        store.register(registration(`person${index}`, { inviteId: 'i' }), NOW_MS),
      );
      expect(outcomes.sort()).toEqual(['created', 'invite-spent']);
      expect(await store.listPrincipals('person')).toHaveLength(1);
    });
  });

  describe('principals', () => {
    it('are unknown until they are registered', async () => {
      const store = await open();
      expect(await store.hasPerson()).toBe(false);
      expect(await store.findAccount('person', '', 'ada')).toBeUndefined();
      expect(await store.getAccount('id-ada')).toBeUndefined();
      expect(await store.listPrincipals('person')).toEqual([]);
    });

    it('count as a person only when they are one', async () => {
      const store = await open();
      const service = person('cron', { kind: 'service', realm: 'jobs' });
      await store.register({ principal: service, credentials: [], inviteId: null }, NOW_MS);
      expect(await store.hasPerson()).toBe(false);
      await store.register(registration('ada'), NOW_MS);
      expect(await store.hasPerson()).toBe(true);
    });

    it('are listed by canonical name', async () => {
      const store = await open();
      for (const name of ['carol', 'Bob', 'ada']) {
        await store.register(registration(name), NOW_MS);
      }
      const names = (await store.listPrincipals('person')).map(({ name }) => name);
      expect(names).toEqual(['ada', 'Bob', 'carol']);
      expect(await store.listPrincipals('service')).toEqual([]);
    });

    it('keep names and groups of any script as they were written', async () => {
      const store = await open();
      const odd = person(`Łukasz '"\\ 🚪 %_`, { id: 'odd', groups: ['a"b', 'ü,ö', ''] });
      await store.register({ principal: odd, credentials: [], inviteId: null }, NOW_MS);
      expect((await store.findAccount('person', '', odd.canonicalName))?.principal).toEqual(odd);
    });
  });

  describe('setDisabled', () => {
    it('disables, which ends all sessions, and enables again', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2');
      await signIn(store, 'bob', 's3');
      expect(await store.setDisabled('id-ada', NOW_MS)).toBe(true);
      expect((await store.getAccount('id-ada'))?.principal.disabledAtMs).toBe(NOW_MS);
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([]);
      expect((await revoked(store)).toSorted()).toEqual(['s1', 's2']);
      expect(await store.setDisabled('id-ada', null)).toBe(true);
      expect((await store.getAccount('id-ada'))?.principal.disabledAtMs).toBeNull();
      expect(await store.listSessions('id-ada', NOW_MS)).toEqual([]);
      expect(await store.listSessions('id-bob', NOW_MS)).toHaveLength(1);
    });

    it('ends nothing when it enables', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      await store.setDisabled('id-ada', null);
      expect(await revoked(store)).toEqual([]);
    });

    it('says when there is nobody to disable', async () => {
      const store = await open();
      expect(await store.setDisabled('nobody', NOW_MS)).toBe(false);
    });
  });

  describe('setGroups', () => {
    it('changes the groups and ends the sessions whose seals carry the old ones', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      expect(await store.setGroups('id-ada', ['admin'])).toBe(true);
      expect((await store.getAccount('id-ada'))?.principal.groups).toEqual(['admin']);
      expect(await revoked(store)).toEqual(['s1']);
    });

    it('says when there is nobody', async () => {
      const store = await open();
      expect(await store.setGroups('nobody', [])).toBe(false);
    });
  });

  describe('rename', () => {
    const to = (name: string, realm = '') => ({ realm, name, canonicalName: name.toLowerCase() });

    it('changes name and realm, keeps the credentials, and ends the sessions', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      const before = await store.getAccount('id-ada');
      expect(await store.rename('id-ada', to('Eve', 'red'))).toBe('renamed');
      expect(await store.findAccount('person', 'red', 'eve')).toEqual({
        principal: { ...before?.principal, ...to('Eve', 'red') },
        credentials: before?.credentials,
      });
      expect(await store.findAccount('person', '', 'ada')).toBeUndefined();
      expect(await revoked(store)).toEqual(['s1']);
    });

    it('may change the spelling, but takes nobody else’s name', async () => {
      const store = await open();
      await store.register(registration('ada'), NOW_MS);
      await store.register(registration('bob'), NOW_MS);
      expect(await store.rename('id-ada', to('bob'))).toBe('name-taken');
      expect(await store.rename('id-ada', to('ADA'))).toBe('renamed');
      expect(await store.rename('nobody', to('carol'))).toBe('no-principal');
    });
  });

  describe('removePrincipal', () => {
    it('ends the sessions and leaves nothing behind', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      await store.addInvite(invite('i', { kind: 'enrol', principalId: 'id-ada' }));
      expect(await store.removePrincipal('id-ada')).toBe(true);
      expect(await store.getAccount('id-ada')).toBeUndefined();
      expect(await store.findInvite('hash of i', NOW_MS)).toBeUndefined();
      expect(await revoked(store)).toEqual(['s1']);
      expect(await store.spendStep('totp-ada', 1)).toBe(false);
    });

    it('frees the name for somebody new, without the old credentials', async () => {
      const store = await open();
      await store.register(registration('ada'), NOW_MS);
      await store.removePrincipal('id-ada');
      const next = { principal: person('ada', { id: 'new' }), credentials: [], inviteId: null };
      expect(await store.register(next, NOW_MS)).toBe('created');
      expect((await store.findAccount('person', '', 'ada'))?.credentials).toEqual([]);
    });

    it('says when there is nobody', async () => {
      const store = await open();
      expect(await store.removePrincipal('nobody')).toBe(false);
    });
  });
}
