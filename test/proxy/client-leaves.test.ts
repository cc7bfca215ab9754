import { describe, expect, it } from 'vitest';
import { LIMITS, startDoor } from './door.ts';
import { head, RawClient } from './raw-client.ts';
import { type Behaviour, startRecordingUpstream } from './recording-upstream.ts';

const silent: Behaviour = () => undefined;
const answering =
  (answer: string): Behaviour =>
  (connection) => {
    connection.socket.once('data', () => connection.socket.write(answer));
  };

const HANDSHAKE = head(
  'GET /',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: x',
);

const STAGES: readonly [string, Behaviour, string, (client: RawClient) => Promise<unknown>][] = [
  ['before headers', silent, head('GET /'), async () => undefined],
  [
    'mid-download',
    answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello'),
    head('GET /'),
    (client) => client.until((received) => received.endsWith('hello')),
  ],
  ['mid-upload', silent, `${head('POST /', 'Content-Length: 100')}hello`, async () => undefined],
  [
    'mid-event-stream',
    answering('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n'),
    head('GET /'),
    (client) => client.until((received) => received.includes('data: 1')),
  ],
  ['mid-handshake', silent, HANDSHAKE, async () => undefined],
  [
    'while a handshake waits behind an early hint',
    answering('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
    HANDSHAKE,
    async () => undefined,
  ],
  [
    'in the middle of an answer that refuses a handshake',
    answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello'),
    HANDSHAKE,
    (client) => client.until((received) => received.endsWith('hello')),
  ],
  [
    'in an event stream in place of a WebSocket',
    answering('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n'),
    HANDSHAKE,
    (client) => client.until((received) => received.includes('data: 1')),
  ],
];

describe('a client that leaves', () => {
  it.each(
    STAGES.flatMap(([stage, behave, request, reach]) =>
      (['reset', 'destroy', 'end'] as const).map((way) => ({ stage, behave, request, reach, way })),
    ),
  )('$stage by $way closes the upstream request, and not by a time-out', async (c) => {
    await using upstream = await startRecordingUpstream(c.behave);
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, c.request);
    const connection = await upstream.connection(0);
    await connection.head();
    await c.reach(client);
    const leftAt = performance.now();
    if (c.way === 'reset') client.reset();
    else client.socket[c.way]();
    await connection.closed;
    expect(performance.now() - leftAt).toBeLessThan(LIMITS.idleTimeoutMs / 2);
    expect(connection.received).not.toMatch(/\r\n0\r\n\r\n/);
    expect(door.failures).toEqual([]);
  });

  it('while the connection is being made sends nothing to the upstream', async () => {
    await using upstream = await startRecordingUpstream();
    let arrived = (): void => undefined;
    const decided = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await using door = await startDoor(upstream.upstream, (req) => {
      req.socket.destroy();
      arrived();
      return {};
    });
    await using client = await RawClient.open(door.port, head('GET /'));
    await decided;
    await client.closed;
    // The next request is answered, and is the only one that the upstream has seen.
    await using other = await startDoor(upstream.upstream);
    await using second = await RawClient.open(other.port, head('GET /second'));
    await second.until((received) => received.includes('200 OK'));
    expect(upstream.requestLines()).toEqual(['GET /second HTTP/1.1']);
  });

  it('while the decision was being made is not asked for anything', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const decided = new Promise<void>((resolve) => {
      door.server.removeAllListeners('request').on('request', (req, res) => {
        res.once('close', () => {
          door.forwarder.forward(req, res, {
            upstream: upstream.upstream,
            limits: LIMITS,
            vouched: [],
            setCookies: [],
          });
          resolve();
        });
        req.socket.destroy();
      });
    });
    await using client = await RawClient.open(door.port, head('GET /'));
    await decided;
    await client.closed;
    await door.forwarder.close();
    expect(upstream.received()).toBe('');
  });
});
