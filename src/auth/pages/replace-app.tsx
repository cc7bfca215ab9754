/** A new authenticator app for somebody who exists, up to the moment where it is shown. @module */
import type { BeginResult, FieldProblems, Proofs } from '../../accounts/contract.ts';
import type { Identity } from '../../core/identity.ts';
import { askToWait } from '../ask-to-wait.ts';
import { readProofs } from '../methods/index.ts';
import type { SignInMethod } from '../methods/method.ts';
import { onlyValue } from '../query.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { MessagePage } from '../views/message.tsx';
import { ReplaceAppPage } from '../views/replace-app.tsx';
import { beginEnrolment, enrollingOn, showEnrolment } from './enrolment-start.tsx';

/** By what somebody may have a new app: a link from the operator, or the session that they have. */
type Ground =
  | { readonly kind: 'link'; readonly token: string }
  | { readonly kind: 'session'; readonly identity: Identity };

interface Draft {
  readonly status: 200 | 422 | 429;
  readonly ground: Ground;
  readonly problems: FieldProblems;
}

/** Builds the page that asks for proofs before a new app is shown. */
export function createReplaceApp(room: Room): { readonly show: Handler; readonly submit: Handler } {
  return { show: (visit) => show(room, visit), submit: (visit) => submit(room, visit) };
}

function show(room: Room, visit: Visit): void {
  const flow = enrollingOn(room, visit, 'enrol');
  if (flow !== undefined) return showEnrolment(room, visit, { flow });
  const ground = groundOf(visit, onlyValue(visit.query, 'token'));
  if (ground === undefined) return redirectToSignIn(room, visit);
  showForm(room, visit, { status: 200, ground, problems: {} });
}

async function submit(room: Room, visit: Visit): Promise<void> {
  const ground = groundOf(visit, visit.form.get('token'));
  if (ground === undefined) return redirectToSignIn(room, visit);
  const proofs = readProofs(methodsOn(room, ground), visit.form);
  if (proofs === undefined) {
    return showForm(room, visit, { status: 422, ground, problems: { form: FILL_IN } });
  }
  const result = await begin(room, visit, { ground, proofs });
  if (result.ok) {
    const origin = { page: 'enrol', token: tokenOf(ground) } as const;
    return beginEnrolment(room, visit, { pending: result.pending, origin });
  }
  if (result.reason === 'refused') return showProblems(room, visit, { ...result, ground });
  const problems = { form: askToWait(visit, result.retryAfterSec) };
  showForm(room, visit, { status: 429, ground, problems });
}

const FILL_IN = 'Fill in every field.';

/** A link comes first: whoever opens one may be signed in as somebody else. */
function groundOf({ session }: Visit, token: string | undefined): Ground | undefined {
  if (token !== undefined) return { kind: 'link', token };
  return session && { kind: 'session', identity: session.identity };
}

const tokenOf = (ground: Ground): string | null => (ground.kind === 'link' ? ground.token : null);

/** Whoever comes by a link has no app to read a code from. */
const methodsOn = ({ methods }: Room, ground: Ground): readonly SignInMethod[] =>
  ground.kind === 'link' ? methods.filter(({ factor }) => factor !== 'totp') : methods;

const redirectToSignIn = ({ paths }: Room, visit: Visit): void =>
  redirect(visit, paths.loginWith(paths.enrol));

function begin(
  { deps: { accounts } }: Room,
  { attempt }: Visit,
  shown: { readonly ground: Ground; readonly proofs: Proofs },
): Promise<BeginResult> {
  const { ground, proofs } = shown;
  if (ground.kind === 'session') {
    return accounts.beginReplacement(ground.identity, proofs, attempt);
  }
  return accounts.beginByLink({ token: ground.token, password: proofs.password }, attempt);
}

function showForm(room: Room, visit: Visit, { status, ground, problems }: Draft): void {
  sendPage(room, visit, {
    status,
    title: 'New authenticator app',
    body: (
      <ReplaceAppPage
        paths={room.paths}
        csrfToken={room.csrfToken(visit)}
        name={ground.kind === 'session' ? ground.identity.name : undefined}
        token={tokenOf(ground)}
        methods={methodsOn(room, ground)}
        problems={problems}
      />
    ),
  });
}

function showProblems(
  room: Room,
  visit: Visit,
  { ground, problems }: Pick<Draft, 'ground' | 'problems'>,
): void {
  if (ground.kind === 'link' && problems.form !== undefined) {
    return showDeadLink(room, visit, problems.form);
  }
  showForm(room, visit, { status: 422, ground, problems });
}

/** No password helps here: a form would only be filled in again. */
function showDeadLink(room: Room, visit: Visit, sentence: string): void {
  const title = 'This link does not work';
  const actions = [{ label: 'Sign in instead', href: room.paths.login }];
  const words = { title, sentence, remedy: 'Nothing was changed.' };
  sendPage(room, visit, { status: 422, title, body: <MessagePage {...words} actions={actions} /> });
}
