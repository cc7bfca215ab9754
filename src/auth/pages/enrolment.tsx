/** The second half of signing up and of replacing an app: the first code. @module */
import type { ConfirmResult } from '../../accounts/contract.ts';
import { establishSession } from '../establish.ts';
import type { EnrolmentOrigin, Flow } from '../flow.ts';
import { flowOf, renewFlow, stepFlow } from '../flow-session.ts';
import { readCode } from '../methods/totp/read-code.ts';
import { createOnce } from '../once.ts';
import { type Handler, type Room, redirect, sendPage, siteOf, type Visit } from '../room.ts';
import { EnrolmentPage } from '../views/enrolment.tsx';
import { MessagePage } from '../views/message.tsx';
import { RecoveryCodesPage } from '../views/recovery-codes.tsx';
import { throttledText } from './login.tsx';

type Enrolling = Extract<Flow, { kind: 'enrolling' }>;
type Origin = EnrolmentOrigin['page'];

interface Confirmation {
  readonly flow: Enrolling;
  readonly result: ConfirmResult;
}

/** A second click may wait for the first one's password hashing, not longer. */
const TWICE_MS = 15_000;

/** Shows the app's secret, the first time and again after a wrong code or a reload. */
export function showEnrolment(
  room: Room,
  visit: Visit,
  shown: { readonly flow: Enrolling; readonly status?: 422 | 429; readonly problem?: string },
): void {
  const { pending, origin } = shown.flow;
  const page = pageOf(room, origin.page);
  sendPage(room, visit, {
    ...(shown.status !== undefined && { status: shown.status }),
    title: 'Add your authenticator app',
    body: (
      <EnrolmentPage
        csrfToken={room.csrfToken(visit)}
        confirmUrl={`${page}/confirm`}
        cancelUrl={`${page}/cancel`}
        pending={pending}
        totp={room.deps.policy.totp}
        problem={shown.problem}
      />
    ),
  });
}

/** @param page  which of the two halves' first pages this belongs to */
export function createEnrolment(
  room: Room,
  page: Origin,
): { readonly confirm: Handler; readonly cancel: Handler } {
  const { accounts, clock } = room.deps;
  const once = createOnce<Confirmation>({ keepMs: TWICE_MS, isKept: ({ result }) => result.ok });
  const enrolling = (visit: Visit) => {
    const flow = flowOf(visit.req, clock.nowMs());
    const isHere = flow.kind === 'enrolling' && flow.origin.page === page;
    return isHere && hasItsGround(flow, visit) ? flow : undefined;
  };
  return {
    async confirm(visit) {
      const code = readCode(visit.form);
      const key = `${visit.req.sessionID} ${code}`;
      const flow = enrolling(visit);
      const answer = await (flow === undefined
        ? once.find(key)
        : once.run(key, async () => ({
            flow,
            result: await accounts.confirm(flow.pending, code, visit.attempt),
          })));
      if (answer === undefined) return showEnd(room, visit, { reason: 'gone', origin: { page } });
      const { pending } = answer.flow;
      const { result } = answer;
      if (!result.ok) return showRefusal(room, visit, { flow: answer.flow, result });
      await establishSession(room, visit, result);
      const isNew = pending.kind === 'new';
      showCodes(room, visit, { isNew, name: pending.name, codes: result.recoveryCodes });
    },

    async cancel(visit) {
      const origin = enrolling(visit)?.origin ?? { page };
      await renewFlow(visit.req, { kind: 'ended' });
      redirect(visit, page === 'signup' ? startUrl(room, origin) : room.paths.account);
    },
  };
}

/**
 * Who began by a session must still have it: a thief with a pending app would
 * otherwise outlive a new password and "sign out everywhere".
 */
function hasItsGround({ origin, pending }: Enrolling, { session }: Visit): boolean {
  const isBySession = origin.page === 'enrol' && origin.token === null;
  return !isBySession || session?.identity.id === pending.principalId;
}

async function showRefusal(
  room: Room,
  visit: Visit,
  refused: { readonly flow: Enrolling; readonly result: Exclude<ConfirmResult, { ok: true }> },
): Promise<void> {
  const { flow, result } = refused;
  switch (result.reason) {
    case 'wrong-code': {
      const { pending } = result;
      await stepFlow(visit.req, { kind: 'code-refused', pending });
      const problem =
        'That code is not right. Wait for the next one, and check your phone’s clock.';
      return showEnrolment(room, visit, { flow: { ...flow, pending }, status: 422, problem });
    }
    case 'throttled': {
      visit.res.setHeader('Retry-After', result.retryAfterSec);
      const problem = throttledText(result.retryAfterSec);
      return showEnrolment(room, visit, { flow, status: 429, problem });
    }
    case 'expired':
    case 'name-taken':
    case 'invite-spent':
    case 'confirmed-before':
      await renewFlow(visit.req, { kind: 'ended' });
      return showEnd(room, visit, { reason: result.reason, origin: flow.origin });
    default:
      return result satisfies never;
  }
}

const ENDS = {
  gone: {
    status: 410,
    title: 'There is nothing to confirm',
    sentence: 'This was completed already, or it has expired.',
    remedy: 'If your app shows a code for this site, try to sign in with it; else start again.',
  },
  expired: {
    status: 410,
    title: 'This took too long',
    sentence: 'The secret that was shown has expired, and nothing was changed.',
    remedy: 'Start again, and remove the entry from your authenticator app if you added one.',
  },
  'confirmed-before': {
    status: 410,
    title: 'Your app is set already',
    sentence: 'Your first try had worked, and its answer was lost on the way.',
    remedy:
      'Sign in with the next code of your app. To get recovery codes, replace the app afterwards.',
  },
  'name-taken': {
    status: 409,
    title: 'This name is taken',
    sentence: 'Somebody else has signed up under this name in the meantime.',
    remedy: 'Start again with another name, and remove the entry from your authenticator app.',
  },
  'invite-spent': {
    status: 409,
    title: 'This link has been used',
    sentence: 'It worked once, and somebody has used it in the meantime.',
    remedy: 'Ask for a new one, and remove the entry from your authenticator app.',
  },
} as const;

type Start = Pick<EnrolmentOrigin, 'page'> & {
  readonly invite?: string | null;
  readonly token?: string | null;
};

function showEnd(
  room: Room,
  visit: Visit,
  end: { readonly reason: keyof typeof ENDS; readonly origin: Start },
): void {
  const { status, ...words } = ENDS[end.reason];
  const action =
    end.reason === 'confirmed-before'
      ? { label: 'Sign in', href: room.paths.login }
      : { label: 'Start again', href: startUrl(room, end.origin) };
  const body = <MessagePage {...words} actions={[action]} />;
  sendPage(room, visit, { status, title: words.title, body });
}

function showCodes(
  room: Room,
  visit: Visit,
  shown: { readonly isNew: boolean; readonly name: string; readonly codes: readonly string[] },
): void {
  sendPage(room, visit, {
    title: 'Recovery codes',
    body: <RecoveryCodesPage {...shown} site={siteOf(room, visit)} continueUrl="/" />,
  });
}

const pageOf = ({ paths }: Room, page: Origin) => (page === 'signup' ? paths.signUp : paths.enrol);

/** The same door, with the link's token where the person came by a link. */
const startUrl = ({ paths }: Room, { page, invite, token }: Start): string =>
  page === 'signup' ? paths.signUpWith(invite) : paths.enrolWith(token);
