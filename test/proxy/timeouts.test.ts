import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { exchange, head, RawClient, statusOf } from './raw-client.ts';
import {
  answerEach,
  type Behaviour,
  EMPTY_200,
  startRecordingUpstream,
} from './recording-upstream.ts';

const silent: Behaviour = () => undefined;
const answering =
  (bytes: string | Buffer): Behaviour =>
  ({ socket }) => {
    socket.once('data', () => socket.write(bytes));
  };

describe('time-outs', () => {
  it('504 when the first byte does not come, and the upstream connection closes', async () => {
    await using upstream = await startRecordingUpstream(silent);
    await using door = await startDoor(upstream.upstream, { limits: { firstByteTimeoutMs: 100 } });
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(statusOf(answer)).toBe(504);
    expect(door.failures).toEqual(['E_UPSTREAM_TIMEOUT']);
    await (await upstream.connection(0)).closed;
  });

  it('504 when the connection is not made in time', async () => {
    // TEST-NET-1 (RFC 5737): nobody answers there, or the kernel says at once that nobody can.
    await using door = await startDoor(
      { origin: 'http://192.0.2.1:81' },
      { limits: { connectTimeoutMs: 200 } },
    );
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect([502, 504]).toContain(statusOf(answer));
  });

  it('a body that stops coming resets the client', async () => {
    await using upstream = await startRecordingUpstream(
      answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello'),
    );
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 100 } });
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.toEnd();
    expect(client.ending).toBe('reset');
    expect(door.failures).toEqual(['E_UPSTREAM_TIMEOUT']);
  });

  it('a body with pauses shorter than that passes', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', async () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n');
        for (let i = 0; i < 20; i++) {
          socket.write('x');
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      });
    });
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 1_500 } });
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(answer.endsWith('x'.repeat(20))).toBe(true);
  });

  it('408 when the client stops sending its body, and the upstream connection closes', async () => {
    await using upstream = await startRecordingUpstream(silent);
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 100 } });
    await using client = await RawClient.open(
      door.port,
      `${head('POST /', 'Content-Length: 100')}hello`,
    );
    await client.until((received) => statusOf(received) === 408);
    await (await upstream.connection(0)).closed;
  });

  it('a client that stops reading is let go, and the upstream connection closes', async () => {
    await using upstream = await startRecordingUpstream(
      answering(`HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(20_000_000)}`),
    );
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 200 } });
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.length > 0);
    client.socket.pause();
    await (await upstream.connection(0)).closed;
  });

  it('waiting for the upstream is nobody’s idleness', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () =>
        setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 300),
      );
    });
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 100 } });
    const answer = await exchange(
      door.port,
      `${head('POST /', 'Content-Length: 5', 'Connection: close')}hello`,
    );
    expect(statusOf(answer)).toBe(200);
  });

  it('a client that asks on and on and never reads is let go', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(`HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n${'x'.repeat(30_000)}`),
    );
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 200 } });
    const sockets: Socket[] = [];
    door.server.on('connection', (socket) => sockets.push(socket));
    await using client = await RawClient.open(door.port);
    client.socket.pause();
    client.write(head('GET /').repeat(1_000));
    await (await upstream.connection(0)).head();
    await once(sockets[0]!, 'close');
  });

  it('attack: answers that waited for their turn, and are never read, let the client go', async () => {
    const body = 'x'.repeat(60_000);
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const { promise: areOthersWhole, resolve } = Promise.withResolvers<void>();
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', (bytes) => {
        const isLate = bytes.includes('/late');
        void (isLate ? areOthersWhole : Promise.resolve()).then(() => socket.write(text));
      });
    });
    let left = 100;
    const ended = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    const meter = { ended, livesOn: () => undefined };
    const patience = { limits: { idleTimeoutMs: 1_000 } };
    await using door = await startDoor(upstream.upstream, patience, { meter });
    const sockets: Socket[] = [];
    door.server.on('connection', (socket) => sockets.push(socket));
    await using client = await RawClient.open(door.port);
    client.socket.pause();
    client.write(head('GET /late') + head('GET /').repeat(left));
    await areOthersWhole;
    await once(sockets[0]!, 'close');
  });

  it('what one answer waited for is not held against the next', async () => {
    await using upstream = await startRecordingUpstream((connection) => {
      connection.socket.once('data', () => {
        const isSlow = connection.received.startsWith('GET /slow');
        setTimeout(() => connection.socket.write(EMPTY_200), isSlow ? 400 : 0);
      });
    });
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 100 } });
    const answers = await exchange(
      door.port,
      head('GET /fast') + head('GET /slow', 'Connection: close'),
    );
    expect(answers.match(/^HTTP\/1\.1 200/gm)).toHaveLength(2);
  });

  it('a connection at rest keeps the server’s own keep-alive time-out', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    door.server.keepAliveTimeout = 100;
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.toEnd();
    expect(statusOf(client.received)).toBe(200);
  });
});
