import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openRunningDoor, startNamed } from './running-door.ts';

const SECONDS = Number(process.env.TEST_RELOAD_SECONDS ?? 8);

const route = (path: string, upstream: string, access = 'public') =>
  `  - path: ${path}\n    access: ${access}\n    upstream: ${upstream}\n`;
const routes = (...all: string[]) => `public_url: http://127.0.0.1\nroutes:\n${all.join('')}`;

async function ask(port: number, path: string): Promise<IncomingMessage> {
  const [res] = await once(get({ port, path, host: '127.0.0.1', agent: false }), 'response');
  return res as IncomingMessage;
}

const statusOf = async (port: number, path: string) => {
  const res = await ask(port, path);
  res.resume();
  return res.statusCode;
};

/** A WebSocket as bytes; resolves once it is open. */
async function openSocket(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('101');
  return socket;
}

const isOpen = (socket: Socket) => !socket.destroyed && !socket.readableEnded;

describe('a reload', () => {
  it('adds, removes and leads routes elsewhere for new requests', async () => {
    await using a = await startNamed((_req, res) => res.end('a'));
    await using b = await startNamed((_req, res) => res.end('b'));
    await using running = await openRunningDoor(
      routes(route('/one', a.origin), route('/two', a.origin)),
    );
    const outcome = await running.change(
      routes(route('/one', b.origin), route('/three', a.origin)),
    );
    expect(outcome).toEqual({
      kind: 'taken',
      changes: ['route added: */three', 'route removed: */two', 'route changed: */one'],
    });
    expect(await text(await ask(running.port, '/one'))).toBe('b');
    expect(await text(await ask(running.port, '/three'))).toBe('a');
    expect(await statusOf(running.port, '/two')).toBe(404);
  });

  it('lets a running download end on the route that goes', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    await using a = await startNamed((_req, res) => {
      res.write('first ');
      void ended.then(() => res.end('last'));
    });
    await using running = await openRunningDoor(
      routes(route('/one', a.origin), route('/two', a.origin)),
    );
    const res = await ask(running.port, '/two');
    await running.change(routes(route('/one', 'http://127.0.0.1:9')));
    end();
    expect(await text(res)).toBe('first last');
  });

  it.each([
    ['is gone', (origin: string) => routes(route('/stays', origin))],
    [
      'leads elsewhere',
      (origin: string) => routes(route('/stays', origin), route('/goes', 'http://127.0.0.1:9')),
    ],
    [
      'asks for a group',
      (origin: string) =>
        routes(route('/stays', origin), route('/goes', origin, '{ groups: [staff] }')),
    ],
    [
      'is denied',
      (origin: string) => routes(route('/stays', origin), route('/goes', origin, 'deny')),
    ],
  ])('ends what lives on a route that %s, and nothing else', async (_what, after) => {
    await using a = await startNamed((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    await using running = await openRunningDoor(
      routes(route('/stays', a.origin), route('/goes', a.origin)),
    );
    const stays = await openSocket(running.port, '/stays');
    const goes = await openSocket(running.port, '/goes');
    const [streamStays, streamGoes] = await Promise.all([
      ask(running.port, '/stays'),
      ask(running.port, '/goes'),
    ]);
    streamStays.on('error', () => {}).resume();
    streamGoes.on('error', () => {}).resume();
    const bytes: Buffer[] = [];
    goes.on('data', (piece: Buffer) => bytes.push(piece));
    const closed = [once(goes, 'end'), once(streamGoes, 'close')];
    const startedAtMs = performance.now();
    expect((await running.change(after(a.origin))).kind).toBe('taken');
    await Promise.all(closed);
    // Two seconds, and as much again for a busy machine.
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
    // A close frame: opcode 8, two bytes or more, 1008.
    const frame = Buffer.concat(bytes);
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 1008]);
    expect(isOpen(stays)).toBe(true);
    expect(streamStays.destroyed).toBe(false);
    stays.destroy();
    streamStays.destroy();
  });

  it('keeps the old configuration where the new one is refused, until it is corrected', async () => {
    await using a = await startNamed((_req, res) => res.end('a'));
    const good = routes(route('/one', a.origin));
    await using running = await openRunningDoor(good);
    const outcome = await running.change(`${good}nonsense: 1`);
    expect(outcome).toMatchObject({
      kind: 'refused',
      problems: [expect.stringMatching(/config\.yaml:8:1/)],
    });
    expect(running.door.health.notes()).toEqual([expect.stringContaining('is refused')]);
    expect(running.logged()).toContain('the old one stays');
    expect(await statusOf(running.port, '/one')).toBe(200);
    expect(await statusOf(running.port, '/_auth/readyz')).toBe(200);
    expect((await running.change(good)).kind).toBe('unchanged');
    expect(running.door.health.notes()).toEqual([]);
  });

  it('applies nothing of a change that needs a restart, and names its keys', async () => {
    await using a = await startNamed((_req, res) => res.end('a'));
    await using running = await openRunningDoor(routes(route('/one', a.origin)));
    const outcome = await running.change(`max_header: 8KB\n${routes(route('/two', a.origin))}`);
    expect(outcome).toEqual({ kind: 'needs-restart', keys: ['max_header'] });
    expect(await statusOf(running.port, '/one')).toBe(200);
    expect(await statusOf(running.port, '/two')).toBe(404);
  });

  it('takes a certificate that was replaced on disk', async () => {
    const certificates = new URL('../proxy/certificates/', import.meta.url);
    const pem = (name: string) => readFileSync(new URL(`${name}.pem`, certificates), 'utf8');
    await using upstream = await startNamed((_req, res) => res.end('a'), {
      cert: pem('address'),
      key: pem('address-key'),
    });
    const yaml = `public_url: http://127.0.0.1\nroutes:\n  - access: public\n    upstream: { url: ${upstream.origin}, ca_file: ca.pem }\n`;
    await using running = await openRunningDoor(yaml, { 'ca.pem': pem('named') });
    expect(await statusOf(running.port, '/')).toBe(502);
    writeFileSync(join(running.folder, 'ca.pem'), pem('ca'));
    expect(await running.change(yaml)).toEqual({ kind: 'taken', changes: ['route changed: */'] });
    expect(await statusOf(running.port, '/')).toBe(200);
  });

  it('ends a stream that was let in before and begins only after', async () => {
    const [asked, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using a = await startNamed((_req, res) => {
      asked.resolve();
      void begun.promise.then(() => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      });
    });
    await using running = await openRunningDoor(routes(route('/one', a.origin)));
    const answer = ask(running.port, '/one');
    await asked.promise;
    await running.change(routes(route('/one', a.origin, 'deny')));
    begun.resolve();
    const res = await answer;
    res.on('error', () => {}).resume();
    await once(res, 'close');
  });

  it('starts no poller and no timer again, however often', async () => {
    await using a = await startNamed((_req, res) => res.end('a'));
    const plain = routes(route('/one', a.origin));
    await using running = await openRunningDoor(plain);
    const RELOADS = 30;
    const timers = new Set<number>();
    const hook = createHook({
      init: (id, type) => void (type === 'Timeout' && timers.add(id)),
      destroy: (id) => void timers.delete(id),
    }).enable();
    for (let i = 0; i < RELOADS; i++) {
      const yaml = i % 2 === 0 ? `session: { idle: 10m }\n${plain}` : plain;
      expect(await running.change(yaml)).toEqual({ kind: 'taken', changes: ['session changed'] });
    }
    // Destroy hooks run between turns.
    await setImmediate();
    hook.disable();
    // Each look of each poller makes a new one in place of its last; on a slow machine all have looked.
    expect(timers.size).toBeLessThan(RELOADS / 2);
  });

  it('keeps cookies of an older name from upstreams', async () => {
    await using a = await startNamed((req, res) => res.end(String(req.headers.cookie)));
    const before = routes(route('/one', a.origin));
    await using running = await openRunningDoor(before);
    await running.change(`session: { cookie_name: other }\n${before}`);
    const [res] = await once(
      get({
        port: running.port,
        host: '127.0.0.1',
        path: '/one',
        agent: false,
        headers: { cookie: 'sallyport=x; other=y; theirs=z' },
      }),
      'response',
    );
    expect(await text(res as IncomingMessage)).toBe('theirs=z');
  });

  it(
    `fails no request in ${SECONDS} s of reloads under load`,
    async () => {
      await using a = await startNamed((_req, res) => res.end('a'));
      await using b = await startNamed((_req, res) => res.end('b'));
      const versions = [
        routes(route('/one', a.origin), route('/live', a.origin)),
        routes(route('/one', b.origin), route('/live', a.origin)),
      ];
      await using running = await openRunningDoor(versions[0]!);
      const socket = await openSocket(running.port, '/live');
      let [asked, failed] = [0, 0];
      const reloads: ReturnType<typeof running.change>[] = [];
      const until = performance.now() + SECONDS * 1_000;
      const load = async () => {
        while (performance.now() < until) {
          asked += 1;
          if ((await statusOf(running.port, '/one').catch(() => 0)) !== 200) failed += 1;
        }
      };
      const reloading = setInterval(() => {
        reloads.push(running.change(versions[(reloads.length + 1) % 2]!));
      }, 2_000);
      await Promise.all([load(), load(), load(), load()]);
      clearInterval(reloading);
      const kinds = (await Promise.all(reloads)).map(({ kind }) => kind);
      if (SECONDS > 8) process.stdout.write(`${JSON.stringify({ asked, failed, kinds })}\n`);
      expect({ failed, isOpen: isOpen(socket) }).toEqual({ failed: 0, isOpen: true });
      expect(new Set(kinds)).toEqual(new Set(['taken']));
      expect(kinds.length).toBeGreaterThanOrEqual(Math.floor(SECONDS / 4));
      socket.destroy();
    },
    (SECONDS + 60) * 1_000,
  );
});
