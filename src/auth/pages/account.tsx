/** The front page: who is signed in, or the way to sign in. @module */
import { agoInWords } from '../in-words.ts';
import { onlyValue } from '../query.ts';
import { checkReturnPath } from '../return-to.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { AccountPage } from '../views/account.tsx';

/** Builds the front page. */
export function createAccountPage(room: Room): { readonly show: Handler } {
  return { show: (visit) => show(room, visit) };
}

/** With `?url=PATH`, which older doors used, it leads to the sign-in page. */
function show(room: Room, visit: Visit): void {
  const { deps, paths } = room;
  if (visit.query.has('url')) {
    const returnTo = checkReturnPath(onlyValue(visit.query, 'url'), deps.prefix);
    return redirect(visit, paths.loginWith(returnTo));
  }
  if (visit.session === undefined) return redirect(visit, paths.login);
  const { identity, signedInAtMs, amr } = visit.session;
  const { hasFront, places } = deps.look(visit.session, visit.context.host);
  sendPage(room, visit, {
    title: 'Your account',
    body: (
      <AccountPage
        paths={paths}
        csrfToken={room.csrfToken(visit)}
        name={identity.name}
        groups={identity.groups}
        hasFront={hasFront}
        places={places}
        cameByRecoveryCode={amr.includes('rec')}
        since={agoInWords(deps.clock.nowMs() - signedInAtMs)}
        sinceIso={new Date(signedInAtMs).toISOString()}
      />
    ),
  });
}
