import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { head, RawClient } from './raw-client.ts';
import { type Behaviour, startRecordingUpstream } from './recording-upstream.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n';
const headOnly: Behaviour = ({ socket }) => socket.once('data', () => socket.write(HEAD));

/** Two seconds, and as much again for a busy machine. */
const ENDED_WITHIN_MS = 4_000;

describe('an event stream', () => {
  it('shows its head before any event, and each event at once', async () => {
    await using upstream = await startRecordingUpstream(headOnly);
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.includes('\r\n\r\n'));
    const { socket } = await upstream.connection(0);
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      socket.write(event);
      await client.until((received) => received.endsWith(`${event}\r\n`));
    }
  });

  it('a slow answer of any type shows its head at once', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'));
    });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.includes('\r\n\r\n'));
  });

  it.each([
    ['reads on', false],
    ['has stopped reading', true],
  ])('ends with its session within two seconds, for a client that %s', async (_name, isStuck) => {
    let end = (): void => undefined;
    let forgotten = 0;
    const sockets: Socket[] = [];
    await using upstream = await startRecordingUpstream(headOnly);
    await using door = await startDoor(upstream.upstream, {
      onLive: (close) => {
        end = close;
        return () => {
          forgotten += 1;
        };
      },
    });
    door.server.on('connection', (socket) => sockets.push(socket));
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.includes('\r\n\r\n'));
    const connection = await upstream.connection(0);
    if (isStuck) {
      client.socket.pause();
      connection.socket.write(`data: ${'x'.repeat(8_000_000)}\n\n`);
    }
    const clientsEnd = once(sockets[0]!, 'close', { signal: AbortSignal.timeout(ENDED_WITHIN_MS) });
    end();
    await Promise.all([connection.closed, clientsEnd]);
    expect(forgotten).toBe(1);
  });

  it.each([
    [
      'attack: asked for with a handshake',
      'text/event-stream',
      ['Connection: Upgrade', 'Upgrade: websocket'],
    ],
    ['of pictures', 'multipart/x-mixed-replace; boundary=x', []],
  ])('%s ends with its session, too', async (_name, type, lines) => {
    let end = (): void => undefined;
    let forgotten = 0;
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n1`));
    });
    await using door = await startDoor(upstream.upstream, {
      onLive: (close) => {
        end = close;
        return () => {
          forgotten += 1;
        };
      },
    });
    await using client = await RawClient.open(door.port, head('GET /', ...lines));
    await client.until((received) => received.includes('\r\n\r\n'));
    const connection = await upstream.connection(0);
    end();
    await Promise.all([connection.closed, client.closed]);
    await expect.poll(() => forgotten).toBe(1);
  });

  it('whose session ended before its head came ends with its head', async () => {
    let forgotten = 0;
    await using upstream = await startRecordingUpstream(headOnly);
    await using door = await startDoor(upstream.upstream, {
      onLive: (close) => {
        close();
        return () => {
          forgotten += 1;
        };
      },
    });
    await using client = await RawClient.open(door.port, head('GET /'));
    await Promise.all([client.closed, (await upstream.connection(0)).closed]);
    expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(forgotten).toBe(1);
  });

  it('is forgotten when it ends by itself', async () => {
    let forget = (): void => undefined;
    const forgotten = new Promise<void>((resolve) => {
      forget = resolve;
    });
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => socket.end(`${HEAD}data: 1\n\n`));
    });
    await using door = await startDoor(upstream.upstream, { onLive: () => forget });
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.endsWith('0\r\n\r\n'));
    await forgotten;
  });

  it('ends when the door goes down', async () => {
    await using upstream = await startRecordingUpstream(headOnly);
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.includes('\r\n\r\n'));
    await door.forwarder.close();
    await client.closed;
  });
});
