/** Threats "slow headers, slow bodies, slow readers": by the hundred, and others unharmed. @module */
import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startGate } from '../routing/gate-server.ts';
import { descriptors, descriptorsBackTo } from './descriptors.ts';
import { startDoor } from './door.ts';
import { heldBytes } from './memory.ts';
import { exchange, head, RawClient, statusOf } from './raw-client.ts';
import { type Behaviour, EMPTY_200, startRecordingUpstream } from './recording-upstream.ts';

const HUNDREDS = 200;
const PIECE = Buffer.alloc(64 * 1024, 'x');
/** The clients, the door and the upstream share this process, and the machine with other tests. */
const SOON_MS = 10_000;
const IDLE_SOON = { limits: { idleTimeoutMs: 1_000 } };

/** `/ok` is answered at once, `/big` at full speed and without end, the rest never. */
const byPath: Behaviour = ({ socket }) => {
  socket.once('data', (bytes: Buffer) => {
    const path = bytes.toString('latin1').split(' ')[1];
    if (path === '/ok') socket.write(EMPTY_200);
    if (path !== '/big') return;
    const pump = (): void => {
      while (socket.writable && socket.write(PIECE));
    };
    socket.on('drain', pump).write('HTTP/1.1 200 OK\r\n\r\n');
    pump();
  });
};

const openMany = (port: number, bytes: string): Promise<RawClient[]> =>
  Promise.all(Array.from({ length: HUNDREDS }, () => RawClient.open(port, bytes)));

/** A client in a hurry is served while the slow ones are there. */
async function expectOthersServed(port: number): Promise<void> {
  const startedAt = performance.now();
  expect(statusOf(await exchange(port, head('GET /ok', 'Connection: close')))).toBe(200);
  expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
}

describe('hundreds of slow clients are let go, and cost nothing afterwards', () => {
  it('slow heads: 408', async () => {
    await using upstream = await startRecordingUpstream(byPath);
    await using gate = await startGate(upstream.upstream, [{ access: { kind: 'public' } }]);
    const before = descriptors();
    const clients = await openMany(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    await expectOthersServed(gate.port);
    const answers = await Promise.all(clients.map((client) => client.toEnd()));
    expect(new Set(answers.map(statusOf))).toEqual(new Set([408]));
    await descriptorsBackTo(before + 1);
    expect(upstream.requestLines()).toEqual(['GET /ok HTTP/1.1']);
  });

  it('slow bodies: 408, and the upstream is let go too', async () => {
    await using upstream = await startRecordingUpstream(byPath);
    await using door = await startDoor(upstream.upstream, IDLE_SOON);
    const before = descriptors();
    const request = `${head('POST /body', 'Content-Length: 1000', 'Connection: close')}part`;
    const clients = await openMany(door.port, request);
    await expectOthersServed(door.port);
    await Promise.all(clients.map((client) => client.until((r) => statusOf(r) === 408)));
    for (const client of clients) client.socket.end();
    await descriptorsBackTo(before + 1);
    expect(new Set(door.failures)).toEqual(new Set(['E_REQUEST_TIMEOUT']));
  });

  it('readers that stop: reset', async () => {
    await using upstream = await startRecordingUpstream(byPath);
    await using door = await startDoor(upstream.upstream, IDLE_SOON);
    const before = descriptors();
    const clients = await openMany(door.port, '');
    for (const client of clients) {
      client.socket.pause();
      client.write(head('GET /big'));
    }
    // A server takes one new connection in each turn of its loop. Asked before all of these are
    // taken, the other client would wait for two hundred turns, each full of their bytes.
    await upstream.connection(HUNDREDS - 1);
    await expectOthersServed(door.port);
    const big = upstream.connections.filter(({ received }) => received.includes('/big'));
    await Promise.all(big.map((connection) => connection.closed));
    expect(big).toHaveLength(HUNDREDS);
    for (const client of clients) client.socket.destroy();
    await descriptorsBackTo(before + 1);
  });
});

describe('an upstream at full speed against clients at a kilobyte a second', () => {
  it('waits for them, and holds less than half a megabyte for each', async () => {
    await using upstream = await startRecordingUpstream(byPath);
    await using door = await startDoor(upstream.upstream);
    const before = heldBytes();
    const sockets = Array.from({ length: 40 }, () => {
      const socket = connect({ port: door.port, highWaterMark: 1_024 } as NetConnectOpts);
      socket.on('readable', () => {}).write(head('GET /big'));
      return socket;
    });
    let received = 0;
    let held = Number.POSITIVE_INFINITY;
    for (let second = 0; second < 3; second += 1) {
      await sleep(1_000);
      for (const socket of sockets) {
        while (socket.readableLength < 1_024) await once(socket, 'readable');
        received += socket.read(1_024)?.length ?? 0;
      }
      // What is on its way for a moment is not held: the least of several looks counts.
      held = Math.min(held, heldBytes() - before);
    }
    expect(received).toBe(3 * 40 * 1_024);
    expect(held).toBeLessThan(40 * 512 * 1_024);
    for (const socket of sockets) socket.destroy();
  });
});

describe('a client that was refused and goes on sending', () => {
  it('is read from for five seconds, so that it sees the answer, and no longer', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
      );
    });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(
      door.port,
      `${head('POST /', 'Content-Length: 1000000')}x`,
    );
    await client.until((received) => received.endsWith('no'));
    const answeredAt = performance.now();
    const drip = setInterval(() => client.write('x'), 100);
    await client.closed;
    clearInterval(drip);
    expect(performance.now() - answeredAt).toBeGreaterThan(4_000);
    expect(performance.now() - answeredAt).toBeLessThan(8_000);
  });
});
