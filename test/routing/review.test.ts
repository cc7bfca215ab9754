/** What was let in once, judged by rules that have changed since. @module */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Route } from '../../src/routing/contract.ts';
import type { Passage } from '../../src/routing/order.ts';
import { createReview, type ReviewDeps } from '../../src/routing/review.ts';
import { route } from './fixtures.ts';

const OPEN = route({ access: { kind: 'public' } });

const rules = (changes: Partial<ReviewDeps> = {}): ReviewDeps => ({
  trustedProxies: [],
  publicUrl: undefined,
  requestIds: () => 'id',
  prefix: '/_auth',
  routes: [OPEN],
  ...changes,
});

/** A head as Node's server reads it. */
async function requestOf(...lines: readonly string[]): Promise<IncomingMessage> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
    server.closeAllConnections();
  });
  const asked = Promise.race([once(server, 'request'), once(server, 'upgrade')]);
  socket.write(`${lines.join('\r\n')}\r\nHost: tools.example\r\n\r\n`);
  return (await asked)[0];
}

async function passes(head: readonly string[], deps: ReviewDeps, before: Route = OPEN) {
  const req = await requestOf(...head);
  const passage: Passage = {
    ...{ req, route: before, identity: null, state: { kind: 'none' }, chain: '' },
    context: { requestId: 'id', clientAddress: '', scheme: 'http', host: '', target: '', path: '' },
  };
  return createReview(deps)(passage);
}

const handshake = (origin: string) => [
  'GET /ws HTTP/1.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  `Origin: ${origin}`,
];

describe('a review', () => {
  it('lets go on what the new rules would let in', async () => {
    expect(await passes(['GET /events HTTP/1.1'], rules())).toBe(true);
    expect(await passes(handshake('http://tools.example'), rules())).toBe(true);
  });

  it.each([
    ['would be refused at once', ['TRACE /events HTTP/1.1'], {}],
    ['is on a path that is ours now', ['GET /events/1 HTTP/1.1'], { prefix: '/events' }],
    ['is on a path of an API that is ours now', ['GET /otp/1 HTTP/1.1'], { apiPrefixes: ['/otp'] }],
    ['has a path that could mean two routes now', ['GET /a%2fevents HTTP/1.1'], {}],
    ['is on a route that is gone', ['GET /events HTTP/1.1'], { routes: [] }],
    [
      'is on a route for those who are signed in',
      ['GET /events HTTP/1.1'],
      { routes: [route({ access: { kind: 'signed-in' } })] },
    ],
    [
      'is on a route that leads elsewhere',
      ['GET /events HTTP/1.1'],
      {
        routes: [route({ access: { kind: 'public' }, upstream: { origin: 'http://127.0.0.1:2' } })],
      },
    ],
    ['is from another site', handshake('http://elsewhere.example'), {}],
    [
      'is from a site that was listed',
      handshake('http://tools.example'),
      { publicUrl: new URL('https://other.example') },
    ],
  ])('ends what %s', async (_, head, changes) => {
    expect(await passes(head, rules(changes))).toBe(false);
  });

  it('ends what it cannot decide about', async () => {
    const broken = rules();
    Object.defineProperty(broken, 'routes', {
      get: () => {
        throw new TypeError('broken');
      },
    });
    expect(await passes(['GET /events HTTP/1.1'], broken)).toBe(false);
  });
});
