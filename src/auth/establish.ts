/** Lets somebody in: the one place where pages start a session. @module */
import type { Identity } from '../core/identity.ts';
import { renewFlow } from './flow-session.ts';
import type { Room, Visit } from './room.ts';
import { setSessionCookies } from './visit.ts';

/** Whom the accounts have let through, and by what. */
export interface Admission {
  readonly identity: Identity;
  readonly amr: readonly string[];
  readonly credentialIds: readonly string[];
}

/**
 * Starts a session, remembers the browser, and ends the session that this
 * browser had before: signing in never leaves an older cookie alive.
 *
 * @returns false when what they were let in by has changed meanwhile
 */
export async function establishSession(
  room: Room,
  visit: Visit,
  { identity, amr, credentialIds }: Admission,
): Promise<boolean> {
  const { sessions, browsers, clock, log } = room.deps;
  const started = await sessions.start(identity, amr, credentialIds);
  if (started === undefined) return false;
  const browserCookie = await browsers.remember(visit.req.rawHeaders, identity.id);
  setSessionCookies(visit, [started.setCookie, browserCookie]);
  try {
    if (visit.session !== undefined) await sessions.end(visit.session);
    await renewFlow(visit.req, { kind: 'signed-in', atMs: clock.nowMs() });
  } catch (error) {
    // The session stands; only the tidying up and the mark for lost cookies are missing.
    log.warn({ err: error, requestId: visit.context.requestId }, 'sign-in could not tidy up');
  }
  return true;
}
