import { describe, expect, it } from 'vitest';
import { createLogSink } from '../../src/audit/sinks.ts';
import { Secret } from '../../src/core/secret.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { attempt, openRoom, PASSWORD } from '../accounts/room.ts';
import { EVERY_EVENT } from './every-event.ts';

const NEW_PASSWORD = 'another otter swims';

/** Everything that a whole life at the door involves, and the secrets that it used. */
async function liveThrough() {
  const secrets: string[] = [];
  const keep = (...values: readonly (string | undefined)[]) =>
    secrets.push(...values.filter((value): value is string => value !== undefined && value !== ''));
  const room = await openRoom({ policy: { signup: 'invite' } });
  const { accounts, administration } = room;

  const invite = { kind: 'invite', groups: [], lifetimeMs: 600_000 } as const;
  const token = (await administration.createInvite(invite)).reveal();
  keep(token, PASSWORD, NEW_PASSWORD);
  await room.signIn({ name: PASSWORD, password: 'wrong wrong wrong', code: '424242' });
  const pending = await room.begin('ada', { inviteToken: token });
  keep(
    pending.secret,
    pending.uri,
    pending.kind === 'new' ? (pending.passwordHash ?? '') : '',
    room.codeFor(pending.uri),
  );
  await accounts.confirm(pending, '424242', attempt);
  const { identity, recoveryCodes } = await room.confirm(pending);
  keep('424242', ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', '')));

  const signInNow = async (uri: string) => {
    room.nextStep();
    const code = room.codeFor(uri);
    keep(code);
    return room.signIn({ name: 'ada', code });
  };
  expect(await signInNow(pending.uri)).toMatchObject({ ok: true });
  expect(await room.signIn({ name: 'ada', code: recoveryCodes[0] ?? '' })).toMatchObject({
    ok: true,
  });
  await room.signIn({ name: 'ada', password: NEW_PASSWORD, code: recoveryCodes[1] ?? '' });

  room.nextStep();
  const code = room.codeFor(pending.uri);
  keep(code);
  const begun = await accounts.beginReplacement(identity, { password: PASSWORD, code }, attempt);
  if (!begun.ok) throw new Error('refused');
  keep(begun.pending.secret, begun.pending.uri, room.codeFor(begun.pending.uri));
  keep(...(await room.confirm(begun.pending)).recoveryCodes);

  const reset = await administration.resetTotp('ada', 600_000);
  const link = reset?.enrolToken.reveal() ?? '';
  keep(link);
  await accounts.beginByLink({ token: link, password: 'wrong wrong wrong' }, attempt);
  const linked = await accounts.beginByLink({ token: link, password: PASSWORD }, attempt);
  if (!linked.ok) throw new Error('refused');
  keep(linked.pending.secret, room.codeFor(linked.pending.uri));
  keep(...(await room.confirm(linked.pending)).recoveryCodes);
  await administration.setPassword('ada', new Secret(NEW_PASSWORD));
  await accounts.signOutEverywhere(identity, attempt);
  return { events: room.events, secrets };
}

describe.each(['json', 'pretty'] as const)('no secret reaches the log: %s', (format) => {
  it('from signing up to signing out everywhere', async () => {
    const { events, secrets } = await liveThrough();
    const written: string[] = [];
    const destination = { write: (lines: string) => written.push(lines) };
    const sink = createLogSink(createLog({ level: 'debug', format, destination }));
    for (const event of [...events, ...EVERY_EVENT]) sink(event);
    const text = written.join('');
    expect(events.length).toBeGreaterThan(12);
    expect(secrets.length).toBeGreaterThan(40);
    expect(text.split('\n')).toHaveLength(events.length + EVERY_EVENT.length + 1);
    // Codes of six digits could appear in a time stamp by chance; look in the events for those.
    const body = JSON.stringify(events);
    for (const secret of secrets) expect(secret.length > 6 ? text : body).not.toContain(secret);
  });
});
