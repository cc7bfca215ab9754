import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type FormResult, readForm } from '../../src/auth/form-body.ts';

const LIMITS = { maxBytes: 64, drainBytes: 4096, timeoutMs: 60_000 };
const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n';

/** What the form of one raw request becomes. */
async function received(
  limits: typeof LIMITS,
  send: (socket: Socket) => void,
): Promise<FormResult> {
  const { promise, resolve } = Promise.withResolvers<FormResult>();
  const server = createServer({ optimizeEmptyRequests: true }, (req, res) => {
    void readForm(req, limits).then((result) => {
      resolve(result);
      res.end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.once('connect', () => send(socket));
  try {
    return await promise;
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

describe('the body of a form', () => {
  it('is read in pieces', async () => {
    const result = await received(LIMITS, (socket) => {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n`);
      setImmediate(() => socket.write('4\r\n&b=2\r\n0\r\n\r\n'));
    });
    expect(result.ok && Object.fromEntries(result.form)).toEqual({ a: '1', b: '2' });
  });

  it('that was not announced is an empty form at once', async () => {
    const result = await received(LIMITS, (socket) => socket.write(`${HEAD}\r\n`));
    expect(result.ok && Object.fromEntries(result.form)).toEqual({});
  });

  it('that comes too slowly is given up', async () => {
    const result = await received({ ...LIMITS, timeoutMs: 20 }, (socket) => {
      socket.write(`${HEAD}Content-Length: 10\r\n\r\na=1`);
    });
    expect(result).toEqual({ ok: false, code: 'E_REQUEST_TIMEOUT' });
  });

  it('that is too large is refused before its end, also without a length', async () => {
    const result = await received(LIMITS, (socket) => {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2000\r\n${'a'.repeat(0x2000)}`);
    });
    expect(result).toEqual({ ok: false, code: 'E_BODY_TOO_LARGE' });
  });

  it('that ends with its connection is no form', async () => {
    const result = await received(LIMITS, (socket) => {
      socket.end(`${HEAD}Content-Length: 10\r\n\r\na=1`);
    });
    expect(result.ok).toBe(false);
  });
});
