/** A door on a restored store: whoever was inside, or had been, is outside. @module */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type AddedUser, Installation, PASSWORD } from '../cli/installation.ts';
import { createDatabase } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { Client, type Page } from './client.ts';
import { codeFrom } from './people.ts';
import type { Program } from './process.ts';

let upstream: Server;
let installation: Installation;
let door: Program;
let origin: string;

async function install(store: string): Promise<AddedUser> {
  upstream = createServer((_, res) => res.end('inside')).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
${store}`);
  const ada = await installation.addUser('ada');
  await openDoor();
  return ada;
}

async function openDoor(): Promise<void> {
  door = installation.start(['run', '--config', 'config.yaml']);
  [, origin = ''] = await door.until(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
}

afterEach(() => {
  installation[Symbol.dispose]();
  upstream.close();
  upstream.closeAllConnections();
});

async function signIn(code: string, client = new Client(origin)): Promise<Page> {
  return client.submit('/_auth/login', '/_auth/login', {
    username: 'ada',
    password: PASSWORD,
    code,
  });
}

async function enter(code: string): Promise<Client> {
  const client = new Client(origin);
  expect((await signIn(code, client)).status).toBe(303);
  expect((await client.get('/')).text).toBe('inside');
  return client;
}

/** What a cookie is worth at the present door. */
const statusWith = async (cookie: string) => (await new Client(origin).get('/', { cookie })).status;

async function command(...args: readonly string[]): Promise<void> {
  const { status, stderr } = installation.spawn([...args, '--config', 'config.yaml']);
  expect(status, stderr).toBe(0);
}

async function outliveRestore(store: string): Promise<void> {
  const { otpauth_uri: uri, recovery_codes: recovery } = await install(store);
  const code = codeFrom(uri);
  const before = await enter(recovery[0] ?? '');
  const copy = join(installation.folder, 'copy');
  await command('backup', copy);
  const after = await enter(code);
  const out = await enter(recovery[1] ?? '');
  const cookies = [before, after, out].map(({ cookieHeader }) => cookieHeader);
  await out.submit('/_auth/', '/_auth/logout', {});
  expect(await statusWith(cookies[2] ?? '')).toBe(302);
  await door.stop();
  await command('restore', copy, '--force');
  await openDoor();
  for (const cookie of cookies) expect(await statusWith(cookie)).toBe(302);
  expect((await signIn(code)).status).toBe(401);
  await enter(recovery[2] ?? '');
}

describe('a restored door on SQLite', () => {
  it('knows no session from before, and no code a second time', () => outliveRestore(''));
});

describeWithPostgres('a restored door on PostgreSQL', () => {
  it('knows no session from before, and no code a second time', async () => {
    const { address, drop } = await createDatabase();
    onTestFinished(drop);
    const { host, port, user, database } = address;
    await outliveRestore(`store: "postgres://${user}@${host}:${port}/${database}?sslmode=disable"`);
  });
});
