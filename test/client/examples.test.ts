import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../house/sources.ts';
import { openRealmsDoor, SEED } from '../realms/realms-door.ts';

/** Starts an example as its first lines say; gives it a moment of the test's own clock. */
async function startExample(name: string, url: string, env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [join('examples/services', name)], {
    cwd: ROOT,
    env: {
      ...{ PATH: process.env.PATH, PORT: '0', SALLYPORT_URL: url, SALLYPORT_NAME: 'web' },
      ...{ SALLYPORT_REALM: 'ungleich-auth', SALLYPORT_SEED: SEED, ...env },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout!), 'line');
  const [, origin = ''] = /listening on (\S+)/.exec(line) ?? [];
  return {
    get: async (path: string, authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const res = await fetch(origin + path, { headers });
      return { status: res.status, text: await res.text() };
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

/** The examples read the machine's clock, so the door does too. */
async function openDoorNow() {
  const door = await openRealmsDoor();
  door.clock.nowMs = () => Date.now();
  Object.defineProperty(door.clock, 'ms', { get: () => Date.now() });
  await door.add('probe', 'monitoring');
  return door;
}

const otp = (name: string, realm: string, token: string) =>
  `OTP name="${name}", realm="${realm}", token="${token}"`;

describe('the examples for services', () => {
  it('any-realm.js lets every verified service in', async () => {
    await using door = await openDoorNow();
    using app = await startExample('any-realm.js', door.url);
    expect(await app.get('/healthz')).toEqual({ status: 200, text: 'ok' });
    expect((await app.get('/')).status).toBe(401);
    expect(await app.get('/', otp('ada', 'blue', door.code()))).toEqual({
      status: 200,
      text: 'Hello ada of blue\n',
    });
    expect((await app.get('/', otp('probe', 'monitoring', door.code()))).status).toBe(200);
    expect((await app.get('/', otp('ada', 'blue', '000000'))).status).toBe(403);
  });

  it('one-realm.js lets one realm in, and everybody where it is open', async () => {
    await using door = await openDoorNow();
    using app = await startExample('one-realm.js', door.url);
    expect((await app.get('/')).status).toBe(200);
    expect((await app.get('/metrics')).status).toBe(401);
    expect((await app.get('/metrics', otp('ada', 'blue', door.code()))).status).toBe(403);
    expect(await app.get('/metrics', otp('probe', 'monitoring', door.code()))).toEqual({
      status: 200,
      text: 'requested_by probe\n',
    });
  });
});
