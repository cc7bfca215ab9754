/** Signing in. @module */
import { askToWait } from '../ask-to-wait.ts';
import { establishSession } from '../establish.ts';
import { flowOf } from '../flow-session.ts';
import { readProofs } from '../methods/index.ts';
import { onlyValue } from '../query.ts';
import { readUsername } from '../read-username.ts';
import { lostCookieCauses } from '../refuse.tsx';
import { checkReturnTo } from '../return-to.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { AlreadySignedInPage, LoginPage } from '../views/login.tsx';

/** The same words for an unknown name, a disabled one and every wrong proof. */
const REFUSED =
  'That did not work. Check what you typed; a code counts only once, so wait for the next one.';

/** Password managers fill in the rest and send it off: what is missing is the code. */
const INCOMPLETE = 'Fill in every field; your authenticator app shows the code.';

interface Outcome {
  readonly status: 200 | 401 | 422 | 429;
  readonly username: string;
  readonly returnTo: string;
  readonly problem?: string;
}

/** Builds the sign-in page and what its form is posted to. */
export function createLogin(room: Room): { readonly show: Handler; readonly submit: Handler } {
  return { show: (visit) => show(room, visit), submit: (visit) => submit(room, visit) };
}

function show(room: Room, visit: Visit): void {
  const returnTo = checkReturnTo(onlyValue(visit.query, 'return_to'), room.deps);
  if (visit.session === undefined) {
    return showForm(room, visit, { status: 200, username: '', returnTo });
  }
  const { name } = visit.session.identity;
  const csrfToken = room.csrfToken(visit);
  sendPage(room, visit, {
    title: 'You are signed in already',
    body: <AlreadySignedInPage {...{ paths: room.paths, csrfToken, name, returnTo }} />,
  });
}

async function submit(room: Room, visit: Visit): Promise<void> {
  const { form, req, attempt } = visit;
  const { accounts, browsers } = room.deps;
  const username = readUsername(form);
  const returnTo = checkReturnTo(form.get('return_to'), room.deps);
  const refused = { status: 401, username, returnTo, problem: REFUSED } as const;
  const proofs = readProofs(room.methods, form);
  if (username === '' || proofs === undefined) {
    return showForm(room, visit, { ...refused, status: 422, problem: INCOMPLETE });
  }
  const recogniseBrowser = (id: string) => browsers.recognise(req.rawHeaders, id);
  const result = await accounts.signIn({ name: username, ...proofs, recogniseBrowser }, attempt);
  if (result.ok) {
    const isIn = await establishSession(room, visit, result);
    return isIn ? redirect(visit, returnTo) : showForm(room, visit, refused);
  }
  if (result.reason === 'refused') return showForm(room, visit, refused);
  const problem = askToWait(visit, result.retryAfterSec);
  showForm(room, visit, { status: 429, username, returnTo, problem });
}

function showForm(room: Room, visit: Visit, outcome: Outcome): void {
  const { deps, paths, methods } = room;
  const flow = flowOf(visit.req, deps.clock.nowMs());
  const isCookieLost = outcome.status === 200 && flow.kind === 'signed-in-just-now';
  sendPage(room, visit, {
    status: outcome.status,
    title: outcome.problem === undefined ? 'Sign in' : 'Not signed in',
    body: (
      <LoginPage
        paths={paths}
        csrfToken={room.csrfToken(visit)}
        methods={methods}
        username={outcome.username}
        returnTo={outcome.returnTo}
        problem={outcome.problem}
        lostCookieCauses={isCookieLost ? lostCookieCauses(room) : undefined}
        offersSignUp={deps.policy.signup === 'open'}
      />
    ),
  });
}
