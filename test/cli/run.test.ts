/** `sallyport run`, and the other commands beside it. @module */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../e2e/client.ts';
import { codeFrom } from '../e2e/people.ts';
import { startLivedTime } from '../lived-time.ts';
import { freePort } from '../ports.ts';
import { Installation, PASSWORD } from './installation.ts';

const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)/;

describe('run', () => {
  let installation: Installation;
  afterEach(() => installation[Symbol.dispose]());

  it('says so in one sentence when the address is taken, and exits 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    installation = new Installation(`listen: 127.0.0.1:${port}\nupstream: http://127.0.0.1:9\n`);
    const { status, stderr } = installation.spawn(['run', '--config', 'config.yaml']);
    other.close();
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^sallyport: .*127\\.0\\.0\\.1:${port}.*\\.\\n$`));
  });

  it('leaves with 0 on SIGTERM and on Ctrl-C', async () => {
    installation = new Installation('listen: 127.0.0.1:0\nupstream: http://127.0.0.1:9\n');
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const door = installation.start(['run', '--config', 'config.yaml']);
      await door.until(LISTENING);
      expect(await door.stop(signal)).toBe(0);
    }
  });

  it('prints a link that opens on this machine, also where it listens on every address', async () => {
    installation = new Installation('listen: 0.0.0.0:0\nupstream: http://127.0.0.1:9\n');
    const door = installation.start(['run', '--config', 'config.yaml']);
    const [, host] = await door.until(/http:\/\/(\S+):\d+\/_auth\/signup/);
    expect(host).toBe('127.0.0.1');
    await door.stop();
  });

  it('writes JSON lines, but for the set-up link, which is for a person', async () => {
    installation = new Installation('listen: 127.0.0.1:0\nupstream: http://127.0.0.1:9\n');
    const door = installation.start(['run', '--config', 'config.yaml']);
    const [link] = await door.until(/http\S+\/signup\?invite=\S+/);
    await door.stop();
    const logged = door
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(logged.length).toBeGreaterThan(0);
    for (const line of logged) expect(JSON.parse(line)).toHaveProperty('level');
    expect(logged.join('\n')).not.toContain(new URL(link).searchParams.get('invite'));
  });
});

describe('run without a file', () => {
  // Not "using": a test that runs out of time would leave the program running.
  let installation: Installation;
  afterEach(() => installation[Symbol.dispose]());

  it('serves what the environment says, to who has signed in', async () => {
    const upstream = createServer((_, res) => res.end('inside')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    installation = new Installation();
    const env = {
      SALLYPORT_UPSTREAM: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
      SALLYPORT_LISTEN: '127.0.0.1:0',
      SALLYPORT_PUBLIC_URL: 'http://127.0.0.1',
      SALLYPORT_PREFIX: '/door',
    };
    try {
      const door = installation.start(['run'], env);
      const [, port] = await door.until(LISTENING);
      const added = installation.spawn(
        ['user', 'add', 'ada', '--password-stdin', '--json'],
        `${PASSWORD}\n`,
        env,
      );
      expect(added.status, added.stderr).toBe(0);
      const code = codeFrom(JSON.parse(added.stdout).otpauth_uri);
      const client = new Client(`http://127.0.0.1:${port}`);
      expect((await client.get('/')).text).not.toContain('inside');
      await client.submit('/door/login', '/door/login', {
        ...{ username: 'ada', password: PASSWORD, code },
      });
      expect((await client.get('/')).text).toBe('inside');
      expect(await door.stop()).toBe(0);
      expect(door.output()).not.toContain('demonstration');
    } finally {
      upstream.close();
      upstream.closeAllConnections();
    }
  });

  it('refuses a variable that it does not know, before anything is touched', () => {
    installation = new Installation();
    const { status, stderr } = installation.spawn(['run'], '', { SALLYPORT_UPSTREM: 'http://x' });
    expect(status).toBe(2);
    expect(stderr).toContain(
      'environment: SALLYPORT_UPSTREM: there is no such setting — did you mean SALLYPORT_UPSTREAM?',
    );
    expect(readdirSync(installation.folder)).toEqual([]);
  });
});

describe('a health check', () => {
  it('is 0 beside a running door, 1 beside none', async () => {
    const port = await freePort();
    using installation = new Installation(
      `listen: "127.0.0.1:${port}"\nprefix: /door\nupstream: http://127.0.0.1:9\n`,
    );
    expect(await installation.run(['health'])).toMatchObject({ status: 1, stdout: '' });
    const door = installation.start(['run', '--config', 'config.yaml']);
    await door.until(LISTENING);
    expect(await installation.run(['health'])).toEqual({ status: 0, stdout: '', stderr: '' });
    await door.stop();
  });
});

describe('beside a running door', () => {
  let upstream: Server;
  let installation: Installation;
  let origin: string;

  beforeAll(async () => {
    upstream = createServer((_, res) => res.end('inside')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    installation = new Installation(
      `listen: 127.0.0.1:0\npublic_url: http://127.0.0.1\nupstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}\n`,
    );
    const door = installation.start(['run', '--config', 'config.yaml']);
    const [, port] = await door.until(LISTENING);
    origin = `http://127.0.0.1:${port}`;
  });
  afterAll(() => {
    installation[Symbol.dispose]();
    upstream.close();
    upstream.closeAllConnections();
  });

  /** A browser of somebody whom the command has just made. */
  async function signedIn(name: string): Promise<Client> {
    const { otpauth_uri } = await installation.addUser(name);
    const client = new Client(origin);
    const fields = { username: name, password: PASSWORD, code: codeFrom(otpauth_uri) };
    const page = await client.submit('/_auth/login', '/_auth/login', fields);
    expect(page.status).toBe(303);
    expect((await client.get('/')).text).toBe('inside');
    return client;
  }

  it.each([
    ['user disable', (name: string) => ['user', 'disable', name]],
    ['user remove', (name: string) => ['user', 'remove', name, '--yes']],
    ['user reset-totp', (name: string) => ['user', 'reset-totp', name]],
    ['user set-password', (name: string) => ['user', 'set-password', name, '--password-stdin']],
    ['user set-groups', (name: string) => ['user', 'set-groups', name, 'staff']],
  ])('%s ends a session within two seconds', async (title, command) => {
    const name = title.replace(' ', '-');
    const client = await signedIn(name);
    const outcome = installation.spawn(command(name), 'another lantern mosaic 48\n', {
      SALLYPORT_CONFIG: 'config.yaml',
    });
    expect(outcome.status, outcome.stderr).toBe(0);
    const livedMs = startLivedTime();
    while ((await client.get('/')).text === 'inside') {
      expect(livedMs(), 'still inside').toBeLessThan(2_000);
    }
  });

  it('an invite works at once', async () => {
    const link = (await installation.run(['invite', '--group', 'staff'])).stdout.trimEnd();
    const { pathname, search } = new URL(link);
    const client = new Client(origin);
    expect((await client.get(pathname + search)).text).toContain('name="username"');
    expect((await client.get(`${pathname}?invite=wrong`)).text).not.toContain('name="username"');
  });
});
