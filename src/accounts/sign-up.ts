/** From a name and a password to an app that waits for its first code. @module */
import { NAME_RULE, type PersonName, parseName } from './canonical-name.ts';
import type { Attempt, BeginResult, FieldProblems, SignUpGround } from './contract.ts';
import type { Tools } from './deps.ts';
import { startEnrolment } from './enrolment.ts';
import { groundFor } from './invites.ts';
import { isMachineName } from './machine-names.ts';

/** The first page of signing up, as typed. */
export interface SignUpForm {
  readonly name: string;
  readonly password: string | undefined;
  readonly inviteToken: string | undefined;
}

/** What page and command line say about a name that somebody has. */
export const NAME_TAKEN = 'This name is taken. Please choose another one.';

const REFUSALS = {
  closed: 'Sign-up is closed here. Please ask whoever runs this site.',
  'invite-needed': 'You need an invitation link to sign up. Please ask whoever runs this site.',
  'invite-unknown':
    'This invitation link has been used, has expired or is incomplete. Please ask for a new one.',
} as const;

/**
 * Writes nothing to the store but the attempt: a person who never types a code never
 * existed. Whether a name is taken is told only on a ground to sign up, and each such
 * answer is counted, so that nobody reads out the list of people.
 *
 * @throws DoorError E_BUSY when too many passwords are being hashed
 */
export async function beginSignUp(
  tools: Tools,
  form: SignUpForm,
  attempt: Attempt,
): Promise<BeginResult> {
  const taken = await tools.budgets.take(tools.budgets.forSource(attempt.source));
  if (!taken.ok) return { ok: false, reason: 'throttled', retryAfterSec: taken.retryAfterSec };
  const ground = await groundFor(tools, form.inviteToken);
  if (ground.kind === 'refused') {
    return { ok: false, reason: 'refused', problems: { form: REFUSALS[ground.reason] } };
  }
  const name = parseName(form.name);
  if (name !== undefined && (await isTaken(tools, name))) {
    tools.audit({ ...attempt, type: 'sign-up', outcome: 'name-taken', name: name.name });
    return { ok: false, reason: 'refused', problems: { username: NAME_TAKEN } };
  }
  // On open ground anybody may make us estimate and hash passwords: the attempt stays
  // counted until an app is confirmed, so that honest people cost their network nothing.
  if (ground.kind === 'invite') await tools.budgets.giveBack(taken.ticket, 'unchecked');
  return begin(tools, { form, name, ground });
}

async function begin(
  tools: Tools,
  what: {
    readonly form: SignUpForm;
    readonly name: PersonName | undefined;
    readonly ground: Exclude<SignUpGround, { kind: 'refused' }>;
  },
): Promise<BeginResult> {
  const { form, name, ground } = what;
  const problems = await problemsOf(tools, form, name);
  if (name === undefined || Object.keys(problems).length > 0) {
    return { ok: false, reason: 'refused', problems };
  }
  const isPasswordAsked = tools.policy.factors.includes('password');
  const pending = startEnrolment(tools, {
    kind: 'new',
    name: name.name,
    groups: ground.kind === 'invite' ? ground.invite.groups : [],
    inviteId: ground.kind === 'invite' ? ground.invite.id : null,
    passwordHash: isPasswordAsked ? await tools.passwords.hash(form.password ?? '') : null,
  });
  return { ok: true, pending };
}

async function problemsOf(
  tools: Tools,
  form: SignUpForm,
  name: PersonName | undefined,
): Promise<FieldProblems> {
  const username = name === undefined ? NAME_RULE : undefined;
  const password = tools.policy.factors.includes('password')
    ? await tools.passwordRules.problemOf(form.password, name?.name ?? '')
    : undefined;
  return { ...(username && { username }), ...(password && { password }) };
}

/** Whether a person or a machine has the name already; the store decides once more at the end. */
export async function isTaken({ store }: Pick<Tools, 'store'>, name: PersonName): Promise<boolean> {
  const account = await store.findAccount('person', '', name.canonicalName);
  return account !== undefined || isMachineName(store, name);
}
