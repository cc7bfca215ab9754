/** Signing up, up to the moment where an app is shown. @module */
import type { FieldProblems, SignUpGround } from '../../accounts/contract.ts';
import { askToWait } from '../ask-to-wait.ts';
import { onlyValue } from '../query.ts';
import { readUsername } from '../read-username.ts';
import { type Handler, type Room, sendPage, type Visit } from '../room.ts';
import { MessagePage } from '../views/message.tsx';
import { SignUpPage } from '../views/sign-up.tsx';
import { beginEnrolment, enrollingOn, showEnrolment } from './enrolment-start.tsx';

interface Draft {
  readonly status: 200 | 422 | 429;
  readonly invite: string | null;
  readonly username: string;
  readonly problems: FieldProblems;
}

/** Builds the sign-up page and what its form is posted to. */
export function createSignUp(room: Room): { readonly show: Handler; readonly submit: Handler } {
  return { show: (visit) => show(room, visit), submit: (visit) => submit(room, visit) };
}

async function show(room: Room, visit: Visit): Promise<void> {
  const flow = enrollingOn(room, visit, 'signup');
  if (flow !== undefined) return showEnrolment(room, visit, { flow });
  const invite = onlyValue(visit.query, 'invite') ?? null;
  await showForm(room, visit, { status: 200, invite, username: '', problems: {} });
}

async function submit(room: Room, visit: Visit): Promise<void> {
  const { form, attempt } = visit;
  const username = readUsername(form);
  const invite = form.get('invite') ?? null;
  const password = asksPassword(room) ? (form.get('password') ?? '') : undefined;
  const asked = { name: username, password, inviteToken: invite ?? undefined };
  const result = await room.deps.accounts.beginSignUp(asked, attempt);
  if (result.ok) {
    const origin = { page: 'signup', invite } as const;
    return beginEnrolment(room, visit, { pending: result.pending, origin });
  }
  if (result.reason === 'refused') {
    return showForm(room, visit, { status: 422, invite, username, problems: result.problems });
  }
  const problems = { form: askToWait(visit, result.retryAfterSec) };
  await showForm(room, visit, { status: 429, invite, username, problems });
}

async function showForm(room: Room, visit: Visit, draft: Draft): Promise<void> {
  const ground = await room.deps.accounts.groundFor(draft.invite ?? undefined);
  if (ground.kind === 'refused') return showRefusal(room, visit, ground.reason);
  sendPage(room, visit, {
    status: draft.status,
    title: 'Create your account',
    body: (
      <SignUpPage
        paths={room.paths}
        csrfToken={room.csrfToken(visit)}
        asksPassword={asksPassword(room)}
        invite={draft.invite}
        username={draft.username}
        problems={draft.problems}
        isSetup={ground.kind === 'invite' && ground.invite.kind === 'setup'}
      />
    ),
  });
}

const asksPassword = ({ deps }: Room): boolean => deps.policy.factors.includes('password');

const REFUSALS = {
  closed: {
    title: 'Sign-up is closed',
    sentence: 'New accounts are made by whoever runs this site.',
    remedy: 'Ask them for one.',
  },
  'invite-needed': {
    title: 'You need an invitation',
    sentence: 'New accounts here start from an invitation link.',
    remedy: 'Ask whoever runs this site for a link, and open it in this browser.',
  },
  'invite-unknown': {
    title: 'This invitation does not work',
    sentence: 'It has been used, it has expired, or the link is not complete.',
    remedy: 'Check that you opened the whole link, or ask for a new one.',
  },
} as const;

function showRefusal(
  room: Room,
  visit: Visit,
  reason: (SignUpGround & { kind: 'refused' })['reason'],
): void {
  const actions = [{ label: 'Sign in instead', href: room.paths.login }];
  const body = <MessagePage {...REFUSALS[reason]} actions={actions} />;
  sendPage(room, visit, { status: 403, title: REFUSALS[reason].title, body });
}
