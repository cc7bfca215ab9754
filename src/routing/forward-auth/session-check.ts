/** The check without a dialect: is somebody signed in? @module */
import { createOrders } from '../order.ts';
import type { Check, CheckDeps } from './contract.ts';
import { createStatusReply } from './reply.ts';
import { whenKnown } from './when-known.ts';

/** What is said about the original request is not even read: 200 for a live session, else 401. */
export function createSessionCheck({ admit, sessions, note }: CheckDeps): Check {
  const reply = createStatusReply();
  const { cookiesDue } = createOrders(sessions);

  return (exchange) => {
    const { rawHeaders } = exchange.req;
    const admission = admit(exchange.req);
    if (!admission.ok) {
      note(exchange, { outcome: admission.code });
      return reply.refuse(exchange, { code: 'E_UNAUTHENTICATED' });
    }
    const { context } = admission;
    return whenKnown(sessions.open(rawHeaders), (state) => {
      if (state.kind !== 'live') {
        note(exchange, { outcome: 'E_UNAUTHENTICATED', context });
        return reply.refuse(exchange, { code: 'E_UNAUTHENTICATED' });
      }
      const { identity } = state.session;
      note(exchange, { outcome: 'forward', context, identity });
      return whenKnown(cookiesDue(state), (cookies) => reply.allow(exchange, identity, cookies));
    });
  };
}
