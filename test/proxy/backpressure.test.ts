import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { heldBytes } from './memory.ts';
import { head, RawClient } from './raw-client.ts';
import { startRecordingUpstream } from './recording-upstream.ts';

const MB = 1024 * 1024;
const TOTAL = 256 * MB;
const PIECE = Buffer.alloc(MB, 'x');

/** Endless pieces that know how many of them have been taken. */
class Source extends Readable {
  taken = 0;
  override _read(): void {
    this.taken += PIECE.length;
    this.push(this.taken > TOTAL ? null : PIECE);
  }
}

async function listen(server: Server): Promise<{ origin: string } & Disposable> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Resolves once a number has not grown for half a second. */
async function settled(read: () => number): Promise<number> {
  let last = read();
  for (let quiet = 0; quiet < 5; quiet++) {
    await sleep(100);
    if (read() !== last) quiet = 0;
    last = read();
  }
  return last;
}

/** What the kernel holds between two sockets on loopback, several times over. */
const BUFFERED = 40 * MB;

describe('back-pressure', () => {
  it('an answer waits for a client that does not read', async () => {
    const source = new Source();
    using origin = await listen(createServer((_req, res) => void source.pipe(res)));
    await using door = await startDoor(origin);
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.length > 0);
    client.socket.pause();
    expect(await settled(() => source.taken)).toBeLessThan(BUFFERED);
  });

  it('a body waits for an upstream that does not read', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => socket.pause());
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(
      door.port,
      head('POST /', `Content-Length: ${TOTAL}`),
    );
    const source = new Source();
    source.pipe(client.socket);
    expect(await settled(() => source.taken)).toBeLessThan(BUFFERED);
    source.destroy();
  });

  it('256 MB through a slow reader arrive whole, and memory stays flat', async () => {
    using origin = await listen(
      createServer((_req, res) => {
        res.setHeader('Content-Length', TOTAL);
        new Source().pipe(res);
      }),
    );
    await using door = await startDoor(origin);
    await using client = await RawClient.open(door.port, head('GET /', 'Connection: close'));
    client.socket.removeAllListeners('data');
    let bytes = 0;
    let sinceRest = 0;
    let peak = 0;
    const before = heldBytes();
    client.socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      sinceRest += chunk.length;
      if (sinceRest < 4 * MB) return;
      sinceRest = 0;
      peak = Math.max(peak, heldBytes() - before);
      client.socket.pause();
      setTimeout(() => client.socket.resume(), 5);
    });
    await client.closed;
    expect(bytes).toBeGreaterThan(TOTAL);
    expect(bytes).toBeLessThan(TOTAL + 1_000);
    // Source, door and reader live in this one process.
    expect(peak).toBeLessThan(32 * MB);
  });

  it('256 MB of upload arrive whole at a slow upstream, and memory stays flat', async () => {
    let bytes = 0;
    using origin = await listen(
      createServer((req, res) => {
        let sinceRest = 0;
        req.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          sinceRest += chunk.length;
          if (sinceRest < 4 * MB) return;
          sinceRest = 0;
          req.pause();
          setTimeout(() => req.resume(), 5);
        });
        req.on('end', () => res.end());
      }),
    );
    await using door = await startDoor(origin);
    await using client = await RawClient.open(
      door.port,
      head('POST /', `Content-Length: ${TOTAL}`, 'Connection: close'),
    );
    const before = heldBytes();
    let peak = 0;
    const source = new Source();
    source.on('data', () => {
      if (source.taken % (4 * MB) === 0) peak = Math.max(peak, heldBytes() - before);
    });
    source.pipe(client.socket, { end: false });
    await client.closed;
    expect(bytes).toBe(TOTAL);
    expect(peak).toBeLessThan(32 * MB);
  });
});
