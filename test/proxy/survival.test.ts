import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { descriptors, descriptorsBackTo } from './descriptors.ts';
import { startDoor } from './door.ts';
import { heldBytes } from './memory.ts';
import { exchange, head, RawClient, statusOf } from './raw-client.ts';
import {
  answerEach,
  type Behaviour,
  EMPTY_200,
  startRecordingUpstream,
} from './recording-upstream.ts';

const HANDSHAKE = head(
  'GET /ws',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
);
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** By path: nothing, half an answer, an event stream, a switch. */
const byPath: Behaviour = (connection) => {
  connection.socket.once('data', () => {
    const path = connection.received.split(' ')[1];
    if (path === '/half')
      connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf');
    if (path === '/events')
      connection.socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n',
      );
    if (path === '/ws') connection.socket.write(SWITCHED);
    if (path === '/ok') answerEach(EMPTY_200)(connection, 0);
    if (path === '/ok') connection.socket.write(EMPTY_200);
  });
};

describe('survival', () => {
  it('hundreds of clients that leave at every stage cost no descriptor, and others are served', async () => {
    await using upstream = await startRecordingUpstream(byPath);
    await using door = await startDoor(upstream.upstream);
    const before = descriptors();
    const requests = [
      head('GET /silent'),
      head('GET /half'),
      head('GET /events'),
      HANDSHAKE,
      `${head('POST /silent', 'Content-Length: 1000')}part`,
      'GET /unfinished HTTP/1.1\r\nHost',
    ];
    const clients = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        RawClient.open(door.port, requests[i % requests.length]),
      ),
    );
    const other = await exchange(door.port, head('GET /ok', 'Connection: close'));
    expect(statusOf(other)).toBe(200);
    for (const [i, client] of clients.entries()) {
      if (i % 3 === 0) client.reset();
      else if (i % 3 === 1) client.socket.destroy();
      else client.socket.end();
    }
    const leftAt = performance.now();
    await descriptorsBackTo(before + 1);
    expect(performance.now() - leftAt).toBeLessThan(5_000);
    expect(door.failures).toEqual([]);
  });

  it('an upstream at full speed against forty clients that do not read: memory stays flat', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => {
        const pump = (): void => {
          while (socket.writable && socket.write(piece));
        };
        socket.on('drain', pump).write('HTTP/1.1 200 OK\r\n\r\n');
        pump();
      });
    });
    await using door = await startDoor(upstream.upstream);
    const before = heldBytes();
    const clients = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const client = await RawClient.open(door.port, head('GET /'));
        client.socket.pause();
        return client;
      }),
    );
    await upstream.connection(39);
    // What is on its way for a moment is not held: the least of several looks counts.
    let held = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 8; i++) {
      await sleep(100);
      held = Math.min(held, heldBytes() - before);
    }
    expect(held).toBeLessThan(40 * 512 * 1024);
    for (const client of clients) client.reset();
  });

  it('two thousand idle WebSockets stand beside ordinary traffic, and go when the door goes', async () => {
    await using upstream = await startRecordingUpstream(byPath);
    await using door = await startDoor(upstream.upstream);
    const clients: RawClient[] = [];
    for (let i = 0; i < 20; i++) {
      const more = await Promise.all(
        Array.from({ length: 100 }, () => RawClient.open(door.port, HANDSHAKE)),
      );
      await Promise.all(more.map((client) => client.until((r) => r.includes('\r\n\r\n'))));
      clients.push(...more);
    }
    const startedAt = performance.now();
    const answer = await exchange(door.port, head('GET /ok', 'Connection: close'));
    expect(statusOf(answer)).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await door.forwarder.close();
    await Promise.all(clients.map((client) => client.closed));
    expect(clients.filter((client) => client.received.endsWith('\x88\x02\x03\xe9'))).toHaveLength(
      2_000,
    );
  });
});
