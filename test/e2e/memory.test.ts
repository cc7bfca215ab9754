/** What the program keeps in memory while much goes through it, or nothing for long. @module */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { head, RawClient } from '../proxy/raw-client.ts';
import { type Program, startProgram } from './process.ts';

const MIB = 1024 * 1024;
/** Set it to 8 or 64 for a long look. */
const TRANSFER_BYTES = Number(process.env.TEST_TRANSFER_GIB ?? 2) * 1024 * MIB;
/** However long the body: http-proxy 1.18.1 takes 90 to 110 MiB for a download. */
const DOWNLOAD_GROWTH_BYTES = 80 * MIB;
/**
 * The pieces of an upload wait for the collector, which comes once they fill 64 MiB or so, and
 * later where it has to wait for a core; test/proxy/backpressure.test.ts counts what is held.
 */
const UPLOAD_GROWTH_BYTES = 384 * MIB;
const PIECE = Buffer.alloc(256 * 1024);
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-memory-'));
const upstream = createServer((req, res) => {
  if (req.method === 'GET') return void sendLength(req, res);
  let taken = 0;
  req.on('data', (piece: Buffer) => {
    taken += piece.length;
  });
  req.on('end', () => res.end(String(taken)));
});
let program: Program;
let port: number;

beforeAll(async () => {
  upstream.requestTimeout = 0;
  upstream.on('upgrade', (_req, socket) => socket.on('error', () => {}).write(SWITCHED));
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  const to = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const yaml = `listen: 127.0.0.1:0\nroutes:\n  - { path: /, access: public, upstream: "${to}" }\n`;
  writeFileSync(join(folder, 'config.yaml'), yaml);
  program = startProgram(['run', '--config', 'config.yaml'], { cwd: folder });
  port = Number((await program.until(/listening on http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  // What the first request loads is no part of what the next ones cost.
  await download(PIECE.length);
  await upload(PIECE.length);
});

afterAll(async () => {
  await program.stop();
  upstream.close();
  upstream.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** Resident memory of the program, in bytes. */
function residentBytes(): number {
  const status = readFileSync(`/proc/${program.child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}

/** The most memory that the program had beyond what it has now, while `work` was going on. */
async function peakGrowth(work: () => Promise<void>): Promise<number> {
  const before = residentBytes();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentBytes());
  }, 25);
  await work().finally(() => clearInterval(sampler));
  return peak - before;
}

/** Writes so many bytes, as fast as they are taken. */
async function fill(sink: Writable, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= PIECE.length) {
    if (!sink.write(PIECE)) await once(sink, 'drain');
  }
}

async function sendLength(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const bytes = Number(req.url?.slice(1));
  res.writeHead(200, { 'Content-Length': bytes });
  await fill(res, bytes);
  res.end();
}

/** A client that reads into one buffer, so that only the door allocates. */
async function download(bytes: number): Promise<void> {
  let received = 0;
  const count = (length: number): boolean => {
    received += length;
    return true;
  };
  const socket = connect({ port, onread: { buffer: Buffer.alloc(MIB), callback: count } });
  socket.write(head(`GET /${bytes}`, 'Connection: close'));
  await once(socket, 'close');
  expect(received).toBeGreaterThan(bytes);
  expect(received).toBeLessThan(bytes + 1_000);
}

async function upload(bytes: number): Promise<void> {
  const client = await RawClient.open(port);
  client.write(head('PUT /', 'Connection: close', `Content-Length: ${bytes}`));
  await fill(client.socket, bytes);
  expect((await client.toEnd()).endsWith(String(bytes))).toBe(true);
}

describe('the program’s memory stays flat', { timeout: 600_000 }, () => {
  it('while gigabytes are downloaded through it', async () => {
    expect(await peakGrowth(() => download(TRANSFER_BYTES))).toBeLessThan(DOWNLOAD_GROWTH_BYTES);
  });

  it('while gigabytes are uploaded through it', async () => {
    expect(await peakGrowth(() => upload(TRANSFER_BYTES))).toBeLessThan(UPLOAD_GROWTH_BYTES);
  });
});

describe('an idle WebSocket', () => {
  const handshake = head('GET /', 'Connection: Upgrade', 'Upgrade: websocket');

  async function openMany(count: number): Promise<Socket[]> {
    const sockets: Socket[] = [];
    while (sockets.length < count) {
      const batch = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const client = await RawClient.open(port, handshake);
          await client.until((received) => received.includes('101 '));
          return client.socket;
        }),
      );
      sockets.push(...batch);
    }
    return sockets;
  }

  it('costs at most 60 KB', async () => {
    const first = await openMany(200);
    const before = residentBytes();
    const sockets = await openMany(1_000);
    expect((residentBytes() - before) / sockets.length).toBeLessThan(60 * 1_024);
    for (const socket of [...first, ...sockets]) socket.destroy();
  });
});
