/** Signing out, here or everywhere. @module */
import { renewFlow } from '../flow-session.ts';
import { onlyValue } from '../query.ts';
import { checkReturnPath } from '../return-to.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { SignedOutPage, SignOutPage } from '../views/sign-out.tsx';
import { setSessionCookies } from '../visit.ts';

/** Builds the sign-out page and the two ways out. */
export function createLogout(room: Room): {
  readonly show: Handler;
  readonly submit: Handler;
  readonly everywhere: Handler;
} {
  return {
    show: (visit) => show(room, visit),
    submit: (visit) => submit(room, visit),
    everywhere: (visit) => submitEverywhere(room, visit),
  };
}

function show(room: Room, visit: Visit): void {
  const { deps, paths } = room;
  const returnTo = checkReturnPath(onlyValue(visit.query, 'return_to'), deps.prefix);
  const csrfToken = room.csrfToken(visit);
  const name = visit.session?.identity.name;
  if (name === undefined) {
    const body = <SignedOutPage paths={paths} />;
    return sendPage(room, visit, { title: 'You are signed out', body });
  }
  const body = <SignOutPage {...{ paths, csrfToken, name, returnTo }} />;
  sendPage(room, visit, { title: 'Sign out', body });
}

async function submit(room: Room, visit: Visit): Promise<void> {
  const { session, attempt } = visit;
  const { sessions, audit } = room.deps;
  if (session !== undefined) {
    await sessions.end(session);
    audit({ type: 'sign-out', name: session.identity.name, ...attempt });
  }
  await leave(room, visit);
}

async function submitEverywhere(room: Room, visit: Visit): Promise<void> {
  const { session, attempt } = visit;
  const { accounts, sessions } = room.deps;
  if (session !== undefined) {
    await accounts.signOutEverywhere(session.identity, attempt);
    // The feed would end this one too, but only at its next round.
    await sessions.end(session);
  }
  await leave(room, visit);
}

/** The cookie goes last: where the store fails, the person can still try again. */
async function leave({ deps, paths }: Room, visit: Visit): Promise<void> {
  const returnTo = checkReturnPath(visit.form.get('return_to'), deps.prefix);
  await renewFlow(visit.req, { kind: 'ended' });
  setSessionCookies(visit, deps.sessions.clearCookies);
  redirect(visit, returnTo === '/' ? paths.logout : paths.loginWith(returnTo));
}
