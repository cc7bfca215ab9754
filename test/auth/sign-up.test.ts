import { describe, expect, it } from 'vitest';
import { codeAt, openTestRoom, PASSWORD } from './test-room.ts';
import { csrfIn, uriIn, Visitor } from './visitor.ts';

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
