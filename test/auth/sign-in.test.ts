import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { freshCode, roomWithAda, signIn } from './ada.ts';
import { codeAt, openTestRoom, PASSWORD, type TestRoom } from './test-room.ts';
import { csrfIn, Visitor } from './visitor.ts';

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
    for (const wrong of [{ username: 'eve' }, { password: 'x' }, { code: '12' }]) {
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

  it('asks for the field that was left empty, whether or not there is such a person', async () => {
    const { room } = await roomWithAda();
    await using _ = room;
    const filled = { username: 'ada', password: PASSWORD, code: '123456' };
    const empty = { username: '', password: '', code: ' ' };
    for (const username of ['ada', 'eve']) {
      for (const field of ['username', 'password', 'code'] as const) {
        const fields = { ...filled, username, [field]: empty[field] };
        const visitor = new Visitor(room.origin);
        const answer = await visitor.submit('/_auth/login', '/_auth/login', fields);
        expect(answer.status).toBe(422);
        expect(answer.text).toContain(
          'Fill in every field; your authenticator app shows the code.',
        );
      }
    }
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

  it.each([
    [true, /href="\/">\s*Continue/, 'Other tools'],
    [false, /^(?!.*Continue)/s, 'Your tools'],
  ])('shows what opens, front page or not (%j)', async (hasFront, way, heading) => {
    const places = [{ label: 'wiki', href: 'https://wiki.example.com/' }];
    const { room, uri } = await roomWithAda({ directory: { hasFront, places } });
    await using _ = room;
    const visitor = new Visitor(room.origin);
    await signIn(visitor, { room, uri });
    const { text } = await visitor.get('/_auth/');
    expect(text).toMatch(way);
    expect(text).toContain(`<h2>${heading}</h2>`);
    expect(text).toContain('<a href="https://wiki.example.com/">wiki</a>');
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

  it.each([
    ['has been disabled', (room) => room.administration.setDisabled('ada', true)],
    ['has lost a group', (room) => room.administration.setGroups('ada', [])],
    [
      'has been given another password',
      (room) => room.administration.setPassword('ada', new Secret('quiet harbour violin 83')),
    ],
    ['has lost the app', (room) => room.administration.resetTotp('ada', 60_000)],
  ] satisfies [string, (room: TestRoom) => Promise<unknown>][])(
    'lets nobody in who %s while the proofs were looked at',
    async (_, change) => {
      const { room, uri } = await roomWithAda();
      await using _room = room;
      room.beforeSession(() => change(room));
      const visitor = new Visitor(room.origin);
      expect((await signIn(visitor, { room, uri })).status).toBe(401);
      expect((await visitor.get('/_auth/')).status).toBe(303);
    },
  );
});
