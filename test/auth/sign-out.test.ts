import { describe, expect, it } from 'vitest';
import { roomWithAda, signIn } from './ada.ts';
import { Visitor } from './visitor.ts';

describe('signing out', () => {
  it('asks on GET; ends the session in the store and in the browser on POST', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    await signIn(visitor, { room, uri });
    const cookie = visitor.cookies.get('sallyport')!;
    expect((await visitor.get('/_auth/logout')).text).toContain('Sign out');
    expect((await visitor.get('/_auth/')).status).toBe(200);
    const answer = await visitor.submit('/_auth/logout', '/_auth/logout', {});
    expect([answer.status, answer.headers.location]).toEqual([303, '/_auth/logout']);
    expect(visitor.cookies.has('sallyport')).toBe(false);
    expect((await visitor.get('/_auth/logout')).text).toContain('You are signed out');
    const thief = new Visitor(room.origin);
    thief.cookies.set('sallyport', cookie);
    expect((await thief.get('/_auth/')).status).toBe(303);
    expect(room.audited.at(-1)).toMatchObject({ type: 'sign-out', name: 'ada' });
  });

  it('ends every session of the person on request', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const here = new Visitor(room.origin);
    const there = new Visitor(room.origin);
    await signIn(here, { room, uri });
    await signIn(there, { room, uri });
    await here.submit('/_auth/', '/_auth/logout/everywhere', {});
    expect((await here.get('/_auth/')).status).toBe(303);
    await room.readFeed();
    expect((await there.get('/_auth/')).status).toBe(303);
  });

  it('leads somebody who wants another account back to the page', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    await signIn(visitor, { room, uri });
    const answer = await visitor.submit('/_auth/logout?return_to=%2Flab', '/_auth/logout', {});
    expect(answer.headers.location).toBe('/_auth/login?return_to=%2Flab');
  });
});
