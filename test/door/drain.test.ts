import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { openRunningDoor, startNamed } from '../reload/running-door.ts';

/** The door lingers for one second on connections that are idle. */
const LINGER_MS = 1_000;
const POST = 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\na=1';

it('answers what arrived while the process had no turn, before it closes idle connections', async () => {
  await using upstream = await startNamed((req, res) => {
    req.resume().once('end', () => res.setHeader('Content-Length', 5).end('hello'));
  });
  await using running = await openRunningDoor(`public_url: http://127.0.0.1
routes:
  - { path: /, access: public, upstream: "${upstream.origin}" }`);
  const socket = connect(running.port, '127.0.0.1').setEncoding('latin1');
  let received = '';
  socket.on('data', (piece) => {
    received += piece;
  });
  socket.write(POST);
  await expect.poll(() => received).toMatch(/hello$/);
  received = '';
  const isClean = running.door.drain(10_000);
  // Behind the loop's look at its sockets, so that its timers come before the next one.
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(POST);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LINGER_MS + 100);
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n.*^connection: close\r\n.*hello$/ims);
  expect(await isClean).toBe(true);
});
