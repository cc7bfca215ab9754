/** A person made without the browser. @module */
import { randomToken } from '../core/ports.ts';
import { Secret } from '../core/secret.ts';
import type { Principal } from '../store/contract.ts';
import { NAME_RULE, parseName } from './canonical-name.ts';
import type { Administration, FieldProblems } from './contract.ts';
import { passwordCredential } from './credentials.ts';
import type { Tools } from './deps.ts';
import { enrolledCredentials } from './enrolment.ts';
import { canonicalGroups } from './groups.ts';
import { dropSetupLinks } from './invites.ts';
import { isTaken, NAME_TAKEN } from './sign-up.ts';
import { createTotpSecret, parseTotpSecret, totpUri } from './totp.ts';

type NewUser = Parameters<Administration['addUser']>[0];

const BAD_SECRET = 'The TOTP secret must be base32 (A–Z and 2–7), 10 to 128 bytes.';

/** Under the same rules as the sign-up page, but for the first code. */
export async function addUser(tools: Tools, user: NewUser): ReturnType<Administration['addUser']> {
  const name = parseName(user.name);
  const secret =
    user.totpSecret === undefined
      ? createTotpSecret(tools.policy.totp.algorithm, tools.random)
      : parseTotpSecret(user.totpSecret.reveal());
  const problems = await problemsOf(tools, user, { secret });
  if (name === undefined || secret === undefined || Object.keys(problems).length > 0) {
    return { ok: false, problems };
  }
  const { clock, envelope, random, store } = tools;
  const principal: Principal = {
    id: randomToken(random, 16),
    kind: 'person',
    realm: '',
    ...name,
    groups: canonicalGroups(user.groups),
    createdAtMs: clock.nowMs(),
    disabledAtMs: null,
  };
  const maker = { envelope, random, principalId: principal.id };
  const key = { ...tools.policy.totp, secret };
  const app = enrolledCredentials(tools, maker, { key, step: -1 });
  const credentials = [...app.credentials];
  if (user.password !== undefined) {
    credentials.push(passwordCredential(maker, await tools.passwords.hash(user.password.reveal())));
  }
  const registration = { principal, credentials, inviteId: null };
  if ((await store.register(registration, clock.nowMs())) !== 'created') {
    return { ok: false, problems: { username: NAME_TAKEN } };
  }
  await dropSetupLinks(store);
  tools.audit({ type: 'user-added', name: principal.name, source: 'cli' });
  const label = { issuer: tools.policy.totp.issuer, name: principal.name };
  return {
    ok: true,
    principal,
    uri: new Secret(totpUri(key, label)),
    recoveryCodes: app.recoveryCodes.map((code) => new Secret(code)),
  };
}

async function problemsOf(
  tools: Tools,
  user: NewUser,
  parsed: { readonly secret: string | undefined },
): Promise<FieldProblems> {
  const name = parseName(user.name);
  const isPasswordAsked = tools.policy.factors.includes('password') || user.password !== undefined;
  const password = isPasswordAsked
    ? await tools.passwordRules.problemOf(user.password?.reveal(), name?.name ?? '')
    : undefined;
  return {
    ...(name === undefined && { username: NAME_RULE }),
    ...(name !== undefined && (await isTaken(tools, name)) && { username: NAME_TAKEN }),
    ...(password !== undefined && { password }),
    ...(parsed.secret === undefined && { form: BAD_SECRET }),
  };
}
