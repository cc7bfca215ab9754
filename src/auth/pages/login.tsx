/** Signing in. @module */
import { establishSession } from '../establish.ts';
import { flowOf } from '../flow-session.ts';
import { waitInWords } from '../in-words.ts';
import { readProofs } from '../methods/index.ts';
import { lostCookieCauses } from '../refuse.tsx';
import { checkReturnTo } from '../return-to.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { AlreadySignedInPage, LoginPage } from '../views/login.tsx';

/** The same words for an unknown name, a disabled one and every wrong proof. */
const REFUSED =
  'That did not work. Check what you typed; a code counts only once, so wait for the next one.';

interface Outcome {
  readonly status: 200 | 401 | 429;
  readonly username: string;
  readonly returnTo: string;
  readonly problem?: string;
}

/** Builds the sign-in page and what its form is posted to. */
export function createLogin(room: Room): { readonly show: Handler; readonly submit: Handler } {
  const { accounts, browsers } = room.deps;

  function show(visit: Visit): void {
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

  async function submit(visit: Visit): Promise<void> {
    const { form, req, res } = visit;
    const username = (form.get('username') ?? form.get('user') ?? '').trim();
    const returnTo = checkReturnTo(form.get('return_to'), room.deps);
    const refused = { status: 401, username, returnTo, problem: REFUSED } as const;
    const proofs = readProofs(room.methods, form);
    if (username === '' || proofs === undefined) return showForm(room, visit, refused);

    const recogniseBrowser = (id: string) => browsers.recognise(req.rawHeaders, id);
    const result = await accounts.signIn(
      { name: username, ...proofs, recogniseBrowser },
      visit.attempt,
    );
    if (result.ok) {
      const isIn = await establishSession(room, visit, result);
      return isIn ? redirect(visit, returnTo) : showForm(room, visit, refused);
    }
    if (result.reason === 'refused') return showForm(room, visit, refused);
    res.setHeader('Retry-After', result.retryAfterSec);
    const problem = throttledText(result.retryAfterSec);
    showForm(room, visit, { status: 429, username, returnTo, problem });
  }

  return { show, submit };
}

/** What somebody is told who has to wait. */
export const throttledText = (retryAfterSec: number): string =>
  `Too many attempts. Wait ${waitInWords(retryAfterSec)}, then try again.`;

/** Two values for one parameter are nobody's honest link. */
export const onlyValue = (query: URLSearchParams, name: string): string | undefined => {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
};

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
