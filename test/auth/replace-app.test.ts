import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { freshCode, roomWithAda, signIn } from './ada.ts';
import { codeAt, openTestRoom, PASSWORD } from './test-room.ts';
import { csrfIn, uriIn, Visitor } from './visitor.ts';

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
    expect(used.text).toContain('This link does not work');
    expect(used.text, 'another try').not.toContain('name="password"');
  });

  it.each([
    ['the owner has signed out everywhere', 'everywhere'],
    ['the operator has set another password', 'password'],
  ] as const)('comes to nothing once %s', async (_, how) => {
    const { room, uri } = await roomWithAda();
    await using _room = room;
    const thief = new Visitor(room.origin);
    const owner = new Visitor(room.origin);
    await signIn(owner, { room, uri });
    await signIn(thief, { room, uri });
    const proofs = { password: PASSWORD, code: freshCode(room, uri) };
    const shown = await thief.submit('/_auth/enrol', '/_auth/enrol', proofs);
    if (how === 'everywhere') await owner.submit('/_auth/', '/_auth/logout/everywhere', {});
    else await room.administration.setPassword('ada', new Secret('quiet harbour violin 83'));
    await room.readFeed();
    const code = codeAt(uriIn(shown.text), room.clock.nowMs());
    const late = await thief.post('/_auth/enrol/confirm', { _csrf: csrfIn(shown.text), code });
    expect(late.status).toBe(410);
    expect((await thief.get('/_auth/')).status).toBe(303);
  });

  it('comes to nothing by a link once another password has been set', async () => {
    const { room } = await roomWithAda();
    await using _ = room;
    const reset = await room.administration.resetTotp('ada', 60_000);
    const link = `/_auth/enrol?token=${reset!.enrolToken.reveal()}`;
    const [thief, owner] = [new Visitor(room.origin), new Visitor(room.origin)];
    const shown = await thief.submit(link, '/_auth/enrol', { password: PASSWORD });
    const password = 'quiet harbour violin 83';
    await room.administration.setPassword('ada', new Secret(password));
    const code = codeAt(uriIn(shown.text), room.clock.nowMs());
    const late = await thief.post('/_auth/enrol/confirm', { _csrf: csrfIn(shown.text), code });
    expect(late.status).toBe(410);
    expect((await thief.get('/_auth/')).status).toBe(303);
    const ours = await owner.submit(link, '/_auth/enrol', { password });
    const first = codeAt(uriIn(ours.text), room.clock.nowMs());
    const done = await owner.post('/_auth/enrol/confirm', {
      _csrf: csrfIn(ours.text),
      code: first,
    });
    expect(done.status).toBe(200);
  });

  it('sends a stranger to the sign-in page, with the way back', async () => {
    await using room = await openTestRoom();
    const answer = await new Visitor(room.origin).get('/_auth/enrol');
    expect(answer.headers.location).toBe('/_auth/login?return_to=%2F_auth%2Fenrol');
  });
});
