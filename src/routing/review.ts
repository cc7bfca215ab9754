/** Whether what was let in once would be let in by new rules, too. @module */
import { hasSameValue } from '../config/same-value.ts';
import { type AdmissionDeps, createAdmit } from './admission.ts';
import { decide } from './decide.ts';
import { valuesOf } from './header-lines.ts';
import type { Passage } from './order.ts';
import { isOriginAllowed } from './origin.ts';
import { isOwnAnywhere } from './own-path.ts';
import { isWebSocket } from './upgrade-exchange.ts';
import { routeRequest, type VerdictDeps } from './verdict.ts';

/** The new rules, as the gate has them. */
export interface ReviewDeps extends AdmissionDeps, Omit<VerdictDeps, 'sessions'> {}

/**
 * Builds the question that is put to every WebSocket and event stream after a reload.
 *
 * The whole head is read again, since host and scheme depend on the configuration; who asks
 * is remembered, as a code cannot be spent twice. Whether the session has ended since is not
 * asked: the revocation feed closes those.
 */
export function createReview(deps: ReviewDeps): (passage: Passage) => boolean {
  const admit = createAdmit(deps);

  function wouldPass({ req, state, route: before }: Passage): boolean {
    const admission = admit(req);
    if (!admission.ok) return false;
    const { context } = admission;
    if (isOwnAnywhere(deps, context.path)) return false;
    const routing = routeRequest({ ...deps, sessions: NO_SESSIONS }, req.method ?? '', context);
    if (!routing.ok) return false;
    const decision = decide(routing.route, state);
    if (decision.kind !== 'forward') return false;
    const { upstream, origins } = decision.route;
    if (!hasSameValue(upstream, before.upstream)) return false;
    if (!isWebSocket(req)) return true;
    const { host, scheme } = context;
    const publicOrigin = deps.publicUrl?.origin;
    const sent = valuesOf(req.rawHeaders, 'origin');
    return isOriginAllowed(sent, { host, scheme, publicOrigin, origins });
  }

  return (passage) => {
    try {
      return wouldPass(passage);
    } catch {
      // What cannot be decided does not pass.
      return false;
    }
  };
}

/** Sessions have been opened already. */
const NO_SESSIONS: VerdictDeps['sessions'] = { open: () => ({ kind: 'none' }) };
