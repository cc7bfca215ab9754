/** The admin listener: who may ask, what is answered, and what happens when it cannot open. @module */
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdmin } from '../../src/admin/open.ts';
import { type AdminHealth, type AdminServer, isOwnHost } from '../../src/admin/server.ts';
import { StartupError } from '../../src/core/errors.ts';
import { createLog } from '../../src/telemetry/logger.ts';

const lines: string[] = [];
const destination = { write: (line: string) => lines.push(line) };
const log = createLog({ level: 'info', format: 'json', destination });
const collect = async () => 'one 1\n';
let said: AdminHealth = { ready: true, reasons: [], notes: ['look here'] };
const sources = { log, collect, health: async () => said };
const config = (port: number, isChosen: boolean) => ({
  admin: { listen: { host: '127.0.0.1', port }, isChosen },
});
let server: AdminServer;

beforeAll(async () => {
  server = (await openAdmin({ ...sources, config: config(0, true) }))!;
});
afterAll(() => server.close());

async function ask(path: string, options: { method?: string; host?: string } = {}) {
  const { method = 'GET', host } = options;
  const req = request({
    ...server.address,
    path,
    method,
    agent: false,
    headers: host === undefined ? {} : { host },
  }).end();
  const [res] = await once(req, 'response');
  return { status: res.statusCode, headers: res.headers, body: await text(res) };
}

describe('the admin listener', () => {
  it('gives metrics in the form that Prometheus reads, to be kept by nobody', async () => {
    const { status, headers, body } = await ask('/metrics');
    expect([status, body]).toEqual([200, 'one 1\n']);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('answers HEAD without a body', async () => {
    expect(await ask('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('says whether the door is ready, why not, and what else to look at', async () => {
    expect((await ask('/healthz')).status).toBe(200);
    expect(JSON.parse((await ask('/readyz')).body)).toEqual(said);
    said = { ready: false, reasons: ['the door is closing'], notes: [] };
    const answer = await ask('/readyz');
    expect([answer.status, JSON.parse(answer.body)]).toEqual([503, said]);
  });

  it.each(['/', '/metrics/', '/Metrics', '/constructor', '/_auth/healthz', '/debug/pprof/'])(
    'has no %s',
    async (path) => expect((await ask(path)).status).toBe(404),
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect(await ask('/metrics', { method })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD', connection: 'close' },
    });
  });

  it('answers nothing to a site whose name leads here (DNS rebinding)', async () => {
    const answer = await ask('/metrics', { host: `evil.example:${server.address.port}` });
    expect(answer.status).toBe(421);
    expect(answer.body).not.toContain('one 1');
  });
});

describe('isOwnHost', () => {
  it.each([undefined, '127.0.0.1', '127.0.0.1:9180', '10.0.0.5:9180', '[::1]:9180', '[::1]'])(
    'accepts %s',
    (host) => expect(isOwnHost(host, '127.0.0.1')).toBe(true),
  );
  it.each(['localhost', 'LOCALHOST:9180', 'door.internal', 'Door.Internal:9180'])(
    'accepts the name %s',
    (host) => expect(isOwnHost(host, 'door.internal')).toBe(true),
  );
  it.each(['', 'evil.example', 'evil.example:9180', '127.0.0.1.evil.example', 'localhost.evil'])(
    'refuses %j',
    (host) => expect(isOwnHost(host, 'door.internal')).toBe(false),
  );
  it.each(['[evil.example]', '[::1]evil.example', '::1', 'localhost:', '127.0.0.1:1:2', 'a@b'])(
    'refuses %j',
    (host) => expect(isOwnHost(host, '127.0.0.1')).toBe(false),
  );
});

describe('a taken port', () => {
  it('is a warning by default, and the end of the start where it was chosen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await openAdmin({ ...sources, config: config(port, false) })).toBeUndefined();
    expect(lines.at(-1)).toMatch(
      /no metrics\. Another program .* another `admin\.listen` address, or write `admin: off`/,
    );
    await expect(openAdmin({ ...sources, config: config(port, true) })).rejects.toThrow(
      StartupError,
    );
    other.close();
  });

  it('is nobody’s business where the listener is off', async () => {
    expect(await openAdmin({ ...sources, config: { admin: undefined } })).toBeUndefined();
  });
});
