/** A gate that a gateway asks, on a real socket. @module */
import { isNavigation } from '../../../src/auth/navigation.ts';
import type { GatewayName } from '../../../src/config/config.ts';
import { stripOwnCookies } from '../../../src/proxy/own-cookies.ts';
import type { Route } from '../../../src/routing/contract.ts';
import type { GateDeps } from '../../../src/routing/gate.ts';
import { ownCookieNames } from '../../../src/session/cookie.ts';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { setUp } from '../gate-server.ts';
import { ASK, type Asked } from './questions.ts';

/** What a browser sends that shows a page to somebody. */
export const NAVIGATION = ['Accept: text/html', 'Sec-Fetch-Mode: navigate'];

/** Rules that no upstream belongs to, as a gateway's door has them. */
const RULES: readonly Partial<Route>[] = [
  { host: 'app.example.com', path: '/open', access: { kind: 'public' } },
  { host: 'app.example.com', path: '/staff', access: { kind: 'groups', groups: ['staff'] } },
  { host: 'app.example.com', path: '/closed', access: { kind: 'deny' } },
  { host: 'app.example.com', path: '/write', methods: ['POST'], access: { kind: 'deny' } },
  { host: 'app.example.com' },
];

/** Starts a door behind one gateway. */
export async function setUpAsked(
  gateway: GatewayName,
  {
    rules = RULES,
    ...changes
  }: { readonly rules?: readonly Partial<Route>[] } & Partial<GateDeps> & {
      readonly maxHeaderSize?: number;
    } = {},
) {
  const own = ownCookieNames('door');
  const door = await setUp(
    rules.map((rule) => ({ ...rule, upstream: undefined })),
    {
      trustedProxies: ['127.0.0.1/32'],
      forwardAuth: {
        gateway,
        returnOrigins: new Set(),
        isNavigation,
        stripOwnCookies: (line) => stripOwnCookies(line, own),
      },
      ...changes,
    },
  );
  const askAbout = async (asked: Asked, ...lines: readonly string[]) => {
    const { line, lines: own } = ASK[gateway](asked);
    return await door.ask(line, ...own, ...lines);
  };
  return {
    ...door,
    /** Asks about a request, in the words of the gateway. */
    askAbout,
    statusAbout: async (asked: Asked, ...lines: readonly string[]) =>
      statusOf(await askAbout(asked, ...lines)),
    /** Sends the question with some of its bytes changed. */
    askRaw: (line: string, lines: readonly string[]) =>
      exchange(door.gate.port, Buffer.from(head(line, 'Connection: close', ...lines), 'latin1')),
    /** The reasons that were noted, in order. */
    reasons: () => door.gate.reports.map(({ reason }) => reason),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  };
}
