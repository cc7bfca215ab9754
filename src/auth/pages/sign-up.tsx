/** Signing up, up to the moment where an app is shown. @module */
import type { FieldProblems, SignUpGround } from '../../accounts/contract.ts';
import { flowOf, renewFlow } from '../flow-session.ts';
import { type Handler, type Room, sendPage, type Visit } from '../room.ts';
import { MessagePage } from '../views/message.tsx';
import { SignUpPage } from '../views/sign-up.tsx';
import { showEnrolment } from './enrolment.tsx';
import { onlyValue, throttledText } from './login.tsx';

interface Draft {
  readonly status: 200 | 422 | 429;
  readonly invite: string | null;
  readonly username: string;
  readonly problems: FieldProblems;
}

/** Builds the sign-up page and what its form is posted to. */
export function createSignUp(room: Room): { readonly show: Handler; readonly submit: Handler } {
  const { deps, paths } = room;

  async function showForm(visit: Visit, draft: Draft): Promise<void> {
    const ground = await deps.accounts.groundFor(draft.invite ?? undefined);
    if (ground.kind === 'refused') return showRefusal(room, visit, ground.reason);
    sendPage(room, visit, {
      status: draft.status,
      title: 'Create your account',
      body: (
        <SignUpPage
          paths={paths}
          csrfToken={room.csrfToken(visit)}
          asksPassword={deps.policy.factors.includes('password')}
          invite={draft.invite}
          username={draft.username}
          problems={draft.problems}
          isSetup={ground.kind === 'invite' && ground.invite.kind === 'setup'}
        />
      ),
    });
  }

  return {
    async show(visit) {
      const flow = flowOf(visit.req, deps.clock.nowMs());
      if (flow.kind === 'enrolling' && flow.origin.page === 'signup') {
        return showEnrolment(room, visit, { flow });
      }
      const invite = onlyValue(visit.query, 'invite') ?? null;
      await showForm(visit, { status: 200, invite, username: '', problems: {} });
    },

    async submit(visit) {
      const { form, req, res } = visit;
      const username = (form.get('username') ?? form.get('user') ?? '').trim();
      const invite = form.get('invite') ?? null;
      const result = await deps.accounts.beginSignUp(
        {
          name: username,
          password: room.deps.policy.factors.includes('password')
            ? (form.get('password') ?? '')
            : undefined,
          inviteToken: invite ?? undefined,
        },
        visit.attempt,
      );
      if (result.ok) {
        const { pending } = result;
        const origin = { page: 'signup', invite } as const;
        await renewFlow(req, { kind: 'enrolment-begun', pending, origin });
        return showEnrolment(room, visit, { flow: { kind: 'enrolling', pending, origin } });
      }
      if ('problems' in result) {
        return showForm(visit, { status: 422, invite, username, problems: result.problems });
      }
      res.setHeader('Retry-After', result.throttledSec);
      const problems = { form: throttledText(result.throttledSec) };
      await showForm(visit, { status: 429, invite, username, problems });
    },
  };
}

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
