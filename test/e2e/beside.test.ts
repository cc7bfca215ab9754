/** Commands beside a running door: another process, the same store, a second at most. @module */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type DemoUpstream, startDemoUpstream } from '../../src/demo/upstream.ts';
import { startLivedTime } from '../lived-time.ts';
import { Client } from './client.ts';
import { addPerson, signIn } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

let upstream: DemoUpstream;
let door: TestDoor;

beforeAll(async () => {
  upstream = await startDemoUpstream();
  door = await openTestDoor({ yaml: `upstream: ${upstream.origin}` });
});

afterAll(async () => {
  await door[Symbol.asyncDispose]();
  await upstream.close();
});

async function sallyport(...args: string[]): Promise<string> {
  const bin = new URL('../../bin/sallyport.js', import.meta.url).pathname;
  const config = join(door.dataDir, 'config.yaml');
  const { stdout } = await promisify(execFile)(process.execPath, [
    bin,
    ...args,
    '--config',
    config,
  ]);
  return stdout;
}

/** Everything that a signed-in person may hold open at one time. */
async function openAll(client: Client) {
  const headers = { cookie: client.cookieHeader };
  const socket = new WebSocket(`${door.origin.replace('http', 'ws')}/echo`, { headers });
  await once(socket, 'open');
  const events = await fetch(`${door.origin}/events`, { headers });
  const reader = events.body!.getReader();
  await reader.read();
  return { socket, reader };
}

async function untilEnded(reader: ReadableStreamDefaultReader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // A reset is an end, too.
  }
}

describe.each([
  { command: ['user', 'disable'], title: 'user disable' },
  { command: ['user', 'remove', '--yes'], title: 'user remove' },
  { command: ['user', 'reset-totp'], title: 'user reset-totp' },
])('sallyport $title', ({ command, title }) => {
  it('ends the session, its WebSocket (1008) and its event stream within two seconds', async () => {
    const name = title.replaceAll(' ', '-');
    const client = new Client(door.origin);
    await signIn(client, await addPerson(door, name));
    const { socket, reader } = await openAll(client);
    const closed = once(socket, 'close');

    await sallyport(...command, name);
    const livedMs = startLivedTime();
    const [[code]] = await Promise.all([closed, untilEnded(reader)]);
    expect(livedMs()).toBeLessThan(2_000);
    expect(code).toBe(1008);
    expect((await client.get('/')).status).toBe(302);
  });
});

describe('sallyport user enable', () => {
  it('lets the person in again', async () => {
    const person = await addPerson(door, 'erin');
    await sallyport('user', 'disable', 'erin');
    expect((await signIn(new Client(door.origin), person)).status).toBe(401);
    await sallyport('user', 'enable', 'erin');
    expect((await signIn(new Client(door.origin), person)).status).toBe(303);
  });
});

describe('sallyport user reset-totp', () => {
  it('prints a link that enrols a new app, and the old one is dead at once', async () => {
    const person = await addPerson(door, 'flo');
    const link = new URL((await sallyport('user', 'reset-totp', 'flo')).trim());
    expect((await signIn(new Client(door.origin), person)).status).toBe(401);
    const page = await new Client(door.origin).get(link.pathname + link.search);
    expect(page.status).toBe(200);
  });
});

describe('sallyport invite', () => {
  it('prints a link that the running door accepts', async () => {
    const link = new URL((await sallyport('invite', '--group', 'crew')).trim());
    expect((await new Client(door.origin).get(link.pathname + link.search)).status).toBe(200);
  });
});
