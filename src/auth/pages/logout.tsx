/** Signing out, here or everywhere. @module */
import { renewFlow } from '../flow-session.ts';
import { checkReturnPath } from '../return-to.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { SignedOutPage, SignOutPage } from '../views/sign-out.tsx';
import { setSessionCookies } from '../visit.ts';
import { onlyValue } from './login.tsx';

/** Builds the sign-out page and the two ways out. */
export function createLogout(room: Room): {
  readonly show: Handler;
  readonly submit: Handler;
  readonly everywhere: Handler;
} {
  const { deps, paths } = room;

  /** The cookie goes last: where the store fails, the person can still try again. */
  async function leave(visit: Visit): Promise<void> {
    const returnTo = checkReturnPath(visit.form.get('return_to'), deps.prefix);
    await renewFlow(visit.req, { kind: 'ended' });
    setSessionCookies(visit, deps.sessions.clearCookies);
    redirect(visit, returnTo === '/' ? paths.logout : paths.loginWith(returnTo));
  }

  return {
    show(visit) {
      const returnTo = checkReturnPath(onlyValue(visit.query, 'return_to'), deps.prefix);
      const csrfToken = room.csrfToken(visit);
      const name = visit.session?.identity.name;
      if (name === undefined) {
        const body = <SignedOutPage paths={paths} />;
        return sendPage(room, visit, { title: 'You are signed out', body });
      }
      const body = <SignOutPage {...{ paths, csrfToken, name, returnTo }} />;
      sendPage(room, visit, { title: 'Sign out', body });
    },

    async submit(visit) {
      const { session, attempt } = visit;
      if (session !== undefined) {
        await deps.sessions.end(session);
        deps.audit({ type: 'sign-out', name: session.identity.name, ...attempt });
      }
      await leave(visit);
    },

    async everywhere(visit) {
      const { session, attempt } = visit;
      if (session !== undefined) {
        await deps.accounts.signOutEverywhere(session.identity, attempt);
        // The feed would end this one too, but only at its next round.
        await deps.sessions.end(session);
      }
      await leave(visit);
    },
  };
}
