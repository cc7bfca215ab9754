import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import {
  codeAt,
  openTestRoom,
  PASSWORD,
  type TestRoom,
  type TestRoomOptions,
} from './test-room.ts';
import { type Answer, csrfIn, uriIn, Visitor } from './visitor.ts';

const STEP_MS = 30_000;

async function roomWithAda(options: TestRoomOptions = {}) {
  const room = await openTestRoom(options);
  const added = await room.administration.addUser({
    name: 'ada',
    password: new Secret(PASSWORD),
    totpSecret: undefined,
    groups: ['lab'],
  });
  if (!added.ok) throw new Error(JSON.stringify(added.problems));
  const recoveryCodes = added.recoveryCodes.map((code) => code.reveal());
  return { room, uri: added.uri.reveal(), recoveryCodes };
}

/** The next code that has not been used: time moves on by a step. */
function freshCode(room: TestRoom, uri: string): string {
  room.clock.advance(STEP_MS);
  return codeAt(uri, room.clock.nowMs());
}

const signIn = (
  visitor: Visitor,
  { room, uri, returnTo }: { room: TestRoom; uri: string; returnTo?: string },
): Promise<Answer> => {
  const query = returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  const code = freshCode(room, uri);
  const fields = { username: 'ada', password: PASSWORD, code };
  return visitor.submit(`${room.prefix}/login${query}`, `${room.prefix}/login`, fields);
};

describe('signing in', () => {
  it('sends a person on with a session and a known browser', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    const answer = await signIn(visitor, { room, uri, returnTo: '/lab?a=1&b=2' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/lab?a=1&b=2');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect([...visitor.cookies.keys()].sort()).toEqual([
      'sallyport',
      'sallyport-browser',
      'sallyport-flow',
    ]);
    const account = await visitor.get('/_auth/');
    expect(account.status).toBe(200);
    expect(account.text).toContain('ada');
    expect(account.text).toContain('lab');
    expect(account.text).toContain('just now');
  });

  it('goes to the front page where no return path is known', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const answer = await signIn(new Visitor(room.origin), { room, uri });
    expect(answer.headers.location).toBe('/');
  });

  it('takes `user` and `token` as other names, also on the front page of older doors', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    for (const action of ['/_auth/login', '/_auth/']) {
      const visitor = new Visitor(room.origin);
      const form = await visitor.get('/_auth/login');
      const token = freshCode(room, uri);
      const fields = { _csrf: csrfIn(form.text), user: 'ada', token, password: PASSWORD };
      expect((await visitor.post(action, fields)).status).toBe(303);
    }
  });

  it('takes a code as apps show it, and a recovery code once', async () => {
    const { room, uri, recoveryCodes } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    const code = freshCode(room, uri);
    const spaced = {
      username: 'ada',
      password: PASSWORD,
      code: `${code.slice(0, 3)} ${code.slice(3)}`,
    };
    expect((await visitor.submit('/_auth/login', '/_auth/login', spaced)).status).toBe(303);
    const other = new Visitor(room.origin);
    const fields = {
      username: 'ada',
      password: PASSWORD,
      code: '',
      recovery_code: recoveryCodes[0]!,
    };
    expect((await other.submit('/_auth/login', '/_auth/login', fields)).status).toBe(303);
    expect((await other.get('/_auth/')).text).toContain('signed in with a recovery code');
    const third = new Visitor(room.origin);
    expect((await third.submit('/_auth/login', '/_auth/login', fields)).status).toBe(401);
  });

  it('asks for no password where the factors have none', async () => {
    const { room, uri } = await roomWithAda({ auth: { factors: ['totp'] } });
    await using _ = room;
    const visitor = new Visitor(room.origin);
    expect((await visitor.get('/_auth/login')).text).not.toContain('type="password"');
    const fields = { username: 'ada', code: freshCode(room, uri) };
    expect((await visitor.submit('/_auth/login', '/_auth/login', fields)).status).toBe(303);
  });

  it('says the same for an unknown name, a wrong password and a wrong code', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const right = { username: 'ada', password: PASSWORD, code: codeAt(uri, room.clock.nowMs()) };
    const pages: string[] = [];
    for (const wrong of [{ username: 'eve' }, { password: 'x' }, { code: '12' }, { code: '' }]) {
      const visitor = new Visitor(room.origin);
      const fields = { ...right, ...wrong };
      const query = '?return_to=%2Flab';
      const answer = await visitor.submit(`/_auth/login${query}`, '/_auth/login', fields);
      expect(answer.status).toBe(401);
      expect(answer.text).toContain('name="return_to" value="/lab"');
      expect(answer.text).toContain(`value="${fields.username}"`);
      expect(answer.text).not.toContain(PASSWORD);
      expect(answer.text).not.toContain(right.code);
      pages.push(
        answer.text.replaceAll(fields.username, 'NAME').replaceAll(csrfIn(answer.text), ''),
      );
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('tells who guesses too often how long to wait', async () => {
    const { room } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    const fields = { username: 'ada', password: PASSWORD, code: '000000' };
    let answer = await visitor.submit('/_auth/login', '/_auth/login', fields);
    for (let tries = 0; tries < 10 && answer.status === 401; tries += 1) {
      answer = await visitor.submit('/_auth/login', '/_auth/login', fields);
    }
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).toMatch(/Wait \d+ second/);
  });

  it('changes the flow id, and ends the session that the browser had before', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    await visitor.get('/_auth/login');
    const flowBefore = visitor.cookies.get('sallyport-flow');
    await signIn(visitor, { room, uri });
    expect(visitor.cookies.get('sallyport-flow')).not.toBe(flowBefore);
    const old = new Visitor(room.origin);
    old.cookies.set('sallyport', visitor.cookies.get('sallyport')!);
    expect((await old.get('/_auth/')).status).toBe(200);
    const form = await visitor.get('/_auth/logout');
    const fields = { _csrf: csrfIn(form.text), username: 'ada', password: PASSWORD };
    await visitor.post('/_auth/login', { ...fields, code: freshCode(room, uri) });
    expect((await old.get('/_auth/')).status).toBe(303);
  });

  it('does not ask somebody who is signed in, and leads on', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    await signIn(visitor, { room, uri });
    const answer = await visitor.get('/_auth/login?return_to=%2Flab');
    expect(answer.text).toContain('You are signed in');
    expect(answer.text).toContain('href="/lab"');
  });

  it('explains instead of going round when the session cookie does not come back', async () => {
    const { room, uri } = await roomWithAda({ publicUrl: 'http://tools.example.com' });
    await using _ = room;
    const visitor = new Visitor(room.origin);
    await signIn(visitor, { room, uri });
    visitor.cookies.delete('sallyport');
    const answer = await visitor.get('/_auth/login?return_to=%2F');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('did not bring the cookie back');
    expect(answer.text).toContain('cookie_domain');
    expect(answer.text).toContain('http://tools.example.com');
    room.clock.advance(5 * 60_000);
    expect((await visitor.get('/_auth/login')).text).not.toContain('bring the cookie back');
  });

  it('clears a damaged session cookie once and goes on', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    visitor.cookies.set('sallyport', 'rubbish');
    const answer = await visitor.get('/_auth/login');
    expect(answer.status).toBe(200);
    expect(answer.setCookies.some((line) => /^sallyport=; Max-Age=0/.test(line))).toBe(true);
    expect((await visitor.get('/_auth/login')).setCookies).toEqual([]);
  });
});

describe('signing up', () => {
  const begin = (visitor: Visitor, fields: Record<string, string> = {}) =>
    visitor.submit('/_auth/signup', '/_auth/signup', {
      username: 'grace',
      password: PASSWORD,
      ...fields,
    });

  it('makes nobody before a code has confirmed the app, then signs in and shows ten codes', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    const shown = await begin(visitor);
    expect(shown.status).toBe(200);
    const uri = uriIn(shown.text);
    expect(await room.administration.findUser('grace')).toBeUndefined();

    const wrong = await visitor.post('/_auth/signup/confirm', {
      _csrf: csrfIn(shown.text),
      code: '1',
    });
    expect(wrong.status).toBe(422);
    expect(uriIn(wrong.text)).toBe(uri);
    expect(uriIn((await visitor.get('/_auth/signup')).text)).toBe(uri);

    const code = codeAt(uri, room.clock.nowMs());
    const done = await visitor.post('/_auth/signup/confirm', { _csrf: csrfIn(wrong.text), code });
    expect(done.status).toBe(200);
    expect(done.text.match(/<li><code>/g)).toHaveLength(10);
    expect(await room.administration.findUser('grace')).toBeDefined();
    expect((await visitor.get('/_auth/')).text).toContain('grace');
  });

  it('sent twice makes one person, and both answers show the recovery codes', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    const shown = await begin(visitor);
    const code = codeAt(uriIn(shown.text), room.clock.nowMs());
    const fields = { _csrf: csrfIn(shown.text), code };
    const late = new Visitor(room.origin);
    for (const [name, value] of visitor.cookies) late.cookies.set(name, value);
    const answers = await Promise.all([
      visitor.post('/_auth/signup/confirm', fields),
      visitor.post('/_auth/signup/confirm', fields),
    ]);
    answers.push(await late.post('/_auth/signup/confirm', fields));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const codes = answers.map((answer) => answer.text.match(/<code>[^<]+/g)?.join());
    expect(new Set(codes).size).toBe(1);
    expect((await late.get('/_auth/')).text).toContain('grace');
    const stranger = new Visitor(room.origin);
    const form = await stranger.get('/_auth/signup');
    const foreign = await stranger.post('/_auth/signup/confirm', {
      _csrf: csrfIn(form.text),
      code,
    });
    expect([foreign.status, foreign.text.includes('<code>')]).toEqual([410, false]);
  });

  it('keeps the secret out of every form field and every row that is not sealed', async () => {
    await using room = await openTestRoom();
    const shown = await begin(new Visitor(room.origin));
    const secret = new URL(uriIn(shown.text)).searchParams.get('secret')!;
    const inputs = shown.text.match(/<input[^>]*>/g)!.join('');
    expect(inputs).not.toContain(secret);
    const rows = room.flowCalls.filter((call) => call.startsWith('put')).join('\n');
    expect(rows).not.toBe('');
    expect(rows).not.toContain(secret);
    expect(rows).not.toContain('grace');
  });

  it('changes the flow id when an app is shown: a planted flow never sees the secret', async () => {
    await using room = await openTestRoom();
    const attacker = new Visitor(room.origin);
    await attacker.get('/_auth/signup');
    const victim = new Visitor(room.origin);
    victim.cookies.set('sallyport-flow', attacker.cookies.get('sallyport-flow')!);
    const shown = await begin(victim);
    expect(shown.text).toContain('otpauth:');
    expect((await attacker.get('/_auth/signup')).text).not.toContain('otpauth:');
  });

  it('says what is wrong beside the field and keeps the name', async () => {
    await using room = await openTestRoom();
    const answer = await begin(new Visitor(room.origin), { password: 'short' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="password-problem"');
    expect(answer.text).toMatch(/aria-describedby="password-problem password-hint"/);
    expect(answer.text).toContain('value="grace"');
    expect(answer.text).toContain('role="alert"');
  });

  it('forgets a pending app after its time, and when the person starts again', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    const shown = await begin(visitor);
    const fields = { _csrf: csrfIn(shown.text) };
    expect((await visitor.post('/_auth/signup/cancel', fields)).headers.location).toBe(
      '/_auth/signup',
    );
    expect((await visitor.get('/_auth/signup')).text).toContain('Create your account');

    const again = await begin(visitor);
    room.clock.advance(11 * 60_000);
    const code = codeAt(uriIn(again.text), room.clock.nowMs());
    const late = await visitor.post('/_auth/signup/confirm', { _csrf: csrfIn(again.text), code });
    expect(late.status).toBe(410);
    expect(await room.administration.findUser('grace')).toBeUndefined();
  });

  it('has a page for a closed door, a missing invitation and an unknown one', async () => {
    await using closed = await openTestRoom({ auth: { signup: 'closed' } });
    const atClosed = await new Visitor(closed.origin).get('/_auth/signup');
    expect([atClosed.status, atClosed.text.includes('Sign-up is closed')]).toEqual([403, true]);
    await using invited = await openTestRoom({ auth: { signup: 'invite' } });
    const visitor = new Visitor(invited.origin);
    expect((await visitor.get('/_auth/signup')).text).toContain('You need an invitation');
    const unknown = await visitor.get('/_auth/signup?invite=nope');
    expect([unknown.status, unknown.text.includes('does not work')]).toEqual([403, true]);
  });

  it('goes by an invitation, which works once', async () => {
    await using room = await openTestRoom({ auth: { signup: 'invite' } });
    const options = { kind: 'setup', groups: ['admin'], lifetimeMs: 60_000 } as const;
    const link = `/_auth/signup?invite=${(await room.administration.createInvite(options)).reveal()}`;
    const visitor = new Visitor(room.origin);
    expect((await visitor.get(link)).text).toContain('Set up the first account');
    const fields = { username: 'grace', password: PASSWORD };
    const shown = await visitor.submit(link, '/_auth/signup', fields);
    const code = codeAt(uriIn(shown.text), room.clock.nowMs());
    await visitor.post('/_auth/signup/confirm', { _csrf: csrfIn(shown.text), code });
    expect((await visitor.get('/_auth/')).text).toContain('admin');
    expect((await new Visitor(room.origin).get(link)).status).toBe(403);
  });
});

describe('replacing the app', () => {
  it('takes the password and a current code, then ends the old app and other sessions', async () => {
    const { room, uri } = await roomWithAda();
    await using _ = room;
    const visitor = new Visitor(room.origin);
    const other = new Visitor(room.origin);
    await signIn(visitor, { room, uri });
    await signIn(other, { room, uri });
    const wrong = { password: 'x', code: freshCode(room, uri) };
    expect((await visitor.submit('/_auth/enrol', '/_auth/enrol', wrong)).status).toBe(422);
    const right = { password: PASSWORD, code: freshCode(room, uri) };
    const shown = await visitor.submit('/_auth/enrol', '/_auth/enrol', right);
    const code = codeAt(uriIn(shown.text), room.clock.nowMs());
    const done = await visitor.post('/_auth/enrol/confirm', { _csrf: csrfIn(shown.text), code });
    expect(done.status).toBe(200);
    expect(done.text).toContain('Earlier recovery codes no longer work');
    expect((await visitor.get('/_auth/')).status).toBe(200);
    expect((await signIn(new Visitor(room.origin), { room, uri })).status).toBe(401);
    const uriNow = uriIn(shown.text);
    expect((await signIn(new Visitor(room.origin), { room, uri: uriNow })).status).toBe(303);
    await room.readFeed();
    expect((await other.get('/_auth/')).status).toBe(303);
  });

  it('goes by the link of an operator, with the password', async () => {
    const { room } = await roomWithAda();
    await using _ = room;
    const reset = await room.administration.resetTotp('ada', 60_000);
    const link = `/_auth/enrol?token=${reset!.enrolToken.reveal()}`;
    const visitor = new Visitor(room.origin);
    expect((await visitor.get(link)).text).not.toContain('name="code"');
    const shown = await visitor.submit(link, '/_auth/enrol', { password: PASSWORD });
    const code = codeAt(uriIn(shown.text), room.clock.nowMs());
    const done = await visitor.post('/_auth/enrol/confirm', { _csrf: csrfIn(shown.text), code });
    expect(done.status).toBe(200);
    expect((await visitor.get('/_auth/')).text).toContain('ada');
    const used = await new Visitor(room.origin).submit(link, '/_auth/enrol', {
      password: PASSWORD,
    });
    expect(used.status).toBe(422);
  });

  it('sends a stranger to the sign-in page, with the way back', async () => {
    await using room = await openTestRoom();
    const answer = await new Visitor(room.origin).get('/_auth/enrol');
    expect(answer.headers.location).toBe('/_auth/login?return_to=%2F_auth%2Fenrol');
  });
});

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
