/** An upstream that is down, or slow: the person is told soon, in our own words. @module */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../ports.ts';
import { Client } from './client.ts';
import { addPerson, signIn } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

const AS_API = { accept: 'application/json', 'sec-fetch-mode': 'cors' };

let slow: Server;
let door: TestDoor;
let client: Client;

beforeAll(async () => {
  slow = createServer(() => {});
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const closed = await freePort();
  door = await openTestDoor({
    yaml: `
routes:
  - path: /slow
    upstream: http://127.0.0.1:${(slow.address() as AddressInfo).port}
    access: signed-in
    timeouts: { first_byte: 300ms }
  - { path: /unknown-host, upstream: "http://nowhere.invalid:80", access: signed-in }
  - { path: /, upstream: "http://127.0.0.1:${closed}", access: signed-in }`,
  });
  client = new Client(door.origin);
  await signIn(client, await addPerson(door, 'ada'));
});

afterAll(async () => {
  await door[Symbol.asyncDispose]();
  slow.close();
  slow.closeAllConnections();
});

describe.each([
  ['/', 502, 'E_UPSTREAM_UNREACHABLE'],
  ['/unknown-host', 502, 'E_UPSTREAM_UNREACHABLE'],
  ['/slow', 504, 'E_UPSTREAM_TIMEOUT'],
])('%s', (path, status, code) => {
  it(`is a page with ${status}, within two seconds`, async () => {
    const startedAt = performance.now();
    const page = await client.get(path);
    // And as much again for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(page.status).toBe(status);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const ownHost = new URL(door.origin).host;
    expect(page.text.replaceAll(ownHost, '')).not.toMatch(
      /127\.0\.0\.1:|nowhere\.invalid|ECONNREFUSED/,
    );
  });

  it('leads back to where the person was, and names the request as the log does', async () => {
    const page = await client.get(`${path}?page=2`);
    expect(page.text).toContain(`href="${path}?page=2"`);
    const requestId = page.headers.get('x-request-id');
    expect(page.text).toContain(`<code>${requestId}</code>`);
    const lines = door
      .logged()
      .split('\n')
      .filter((line) => line.includes(`"${requestId}"`));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ outcome: code, path, user: 'ada' });
  });

  it('is JSON for a script', async () => {
    const answer = await client.get(path, AS_API);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: code });
  });
});
