/** What the forwarder is told to do with a request that may pass. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Identity } from '../core/identity.ts';
import type { ForwardLimits, SiteNames, Upstream } from '../core/upstream.ts';
import type { Sessions } from '../session/contract.ts';
import type { RequestContext, Route, Standing } from './contract.ts';
import { forwardedLines, type HeaderLine, identityLines } from './forwarded.ts';

/** The forwarder's order, as far as the gate fills it in. */
export interface Order {
  readonly upstream: Upstream;
  readonly limits: ForwardLimits;
  readonly site?: SiteNames | undefined;
  readonly vouched: readonly HeaderLine[];
  /** Folded name of the client's header that was meant for the door. */
  readonly withheld?: string | undefined;
  /** `Set-Cookie` lines for the answer. */
  readonly setCookies: readonly string[];
  readonly onLive?: (close: () => void) => () => void;
  /** Asked again after a change of the rules, if the exchange lives that long. */
  readonly ground: Passage;
}

/** The engine behind the gate. */
export interface OrderTaker {
  forward(req: IncomingMessage, res: ServerResponse, order: Order): void;
  forwardUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, order: Order): void;
}

/** A request that may pass, with all that its order is made from. */
export interface Passage {
  readonly route: Route;
  readonly identity: Identity | null;
  readonly state: Standing;
  readonly withheld?: string | undefined;
  readonly context: RequestContext;
  readonly chain: string;
  readonly req: IncomingMessage;
}

const NO_COOKIES: readonly string[] = [];

/** Builds orders; identity lines are made once per opened seal, not once per request. */
export function createOrders(sessions: Pick<Sessions, 'watch' | 'clearCookies' | 'renew'>) {
  const linesByIdentity = new WeakMap<Identity, readonly HeaderLine[]>();

  function linesOf(identity: Identity): readonly HeaderLine[] {
    let lines = linesByIdentity.get(identity);
    if (lines === undefined) {
      lines = identityLines(identity);
      linesByIdentity.set(identity, lines);
    }
    return lines;
  }

  return {
    /** @throws TypeError for a route without an upstream: only `deny` may have none */
    orderFor(passage: Passage, setCookies: readonly string[]): Order {
      const { route, identity, state } = passage;
      const { upstream, limits, preserveHost } = route;
      if (upstream === undefined) throw new TypeError(`route ${route.name} has no upstream`);
      const vouched = forwardedLines(passage.context, passage.chain);
      // One host for the rule and for the upstream: a client that can say two, by a dot at the end or
      // by an `X-Forwarded-Host` that its gateway lets through, chose the rule by one and the site by
      // the other.
      if (preserveHost && passage.context.isHostOurs) vouched.push(['Host', passage.context.host]);
      if (identity !== null) vouched.push(...linesOf(identity));
      const { withheld } = passage;
      const ground = passage;
      const site = preserveHost ? undefined : siteNames(passage.context, upstream);
      const order = { upstream, limits, site, vouched, setCookies, withheld, ground };
      if (state.kind !== 'live' && state.kind !== 'service') return order;
      const { session } = state;
      return { ...order, onLive: (close) => sessions.watch(session, close) };
    },

    /** `Set-Cookie` lines due with the answer: a renewed session, or the end of a dead one. */
    cookiesDue(state: Standing): readonly string[] | Promise<readonly string[]> {
      if (state.kind === 'stale') return sessions.clearCookies;
      const renewal = state.kind === 'live' ? sessions.renew(state.session) : undefined;
      return renewal === undefined ? NO_COOKIES : renewal.then((line) => [line]);
    },
  };
}

/** A client that names no host hears of the upstream's name, as it would without us. */
function siteNames({ scheme, host }: RequestContext, { origin }: Upstream): SiteNames {
  return { outside: host === '' ? origin : `${scheme}://${host}`, inside: origin };
}
