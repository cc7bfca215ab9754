/** One sign-in for every host below a domain, and back to where it was asked for. */
import { describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { Client } from '../client.ts';
import { signIn } from '../people.ts';
import { openTestDoor } from '../test-door.ts';
import { addSomebody } from './somebody.ts';

const YAML = `forward_auth: nginx
trusted_proxies: [127.0.0.1]
session: { cookie_domain: example.com }
routes:
  - { host: auth.example.com }
  - { host: app.example.com, path: /only }
  - { host: app.example.com, access: public, methods: [GET] }
  - { host: odd.example.com:8443 }
  - { host: other.test }
`;

const openDoor = () => openTestDoor({ yaml: YAML, publicUrl: 'http://auth.example.com:8080' });

describe('a sign-in that several hosts share', () => {
  it.each([
    ['http://app.example.com:8080/x?a=1&b=%26', 'http://app.example.com:8080/x?a=1&b=%26'],
    ['http://app.example.com:8080', 'http://app.example.com:8080/'],
    ['http://odd.example.com:8443/', 'http://odd.example.com:8443/'],
    ['/here?a=1', '/here?a=1'],
    ['https://app.example.com:8080/', '/'],
    ['http://app.example.com/', '/'],
    ['http://app.example.com:8081/', '/'],
    ['http://other.test:8080/', '/'],
    ['http://nobody.example.com:8080/', '/'],
    ['http://app.example.com:8080.evil.test/', '/'],
    ['http://app.example.com:8080@evil.test/', '/'],
    ['http://evil@app.example.com:8080/', '/'],
    ['http://app.example.com:8080\\@evil.test/', '/'],
    ['http://app.example.com:8080//evil.test', '/'],
    ['http://APP.example.com:8080/', '/'],
    ['http:app.example.com:8080/', '/'],
    ['http:///app.example.com:8080/', '/'],
    ['//app.example.com:8080/', '/'],
    ['http://app.example.com:8080/a\tb', '/'],
    ['http://app.example.com:8080/_auth/logout', '/'],
    [' http://app.example.com:8080/', '/'],
  ])('that was asked for at %j ends at %j', async (returnTo, location) => {
    await using door = await openDoor();
    const client = new Client(door.origin);
    const page = await signIn(client, await addSomebody(door, 'ada'), returnTo);
    expect([page.status, page.location]).toEqual([303, location]);
  });

  it('carries a cookie that all of them get, and the check accepts it', async () => {
    await using door = await openDoor();
    const client = new Client(door.origin);
    const page = await signIn(client, await addSomebody(door, 'ada'));
    expect(page.headers.getSetCookie().join('\n')).toMatch(/Domain=example\.com/);
    const ask = (host: string, ...lines: readonly string[]) =>
      exchange(
        door.port,
        head(
          'GET /_auth/check',
          'Connection: close',
          'Accept: text/html',
          `X-Forwarded-Host: ${host}`,
          'X-Original-URI: /only?x=1&y=2',
          'X-Original-Method: GET',
          ...lines,
        ),
      );
    const cookie = `Cookie: ${client.cookieHeader}`;
    for (const host of ['auth.example.com:8080', 'app.example.com:8080']) {
      expect(statusOf(await ask(host, cookie))).toBe(200);
    }
    const login = 'http://auth.example.com:8080/_auth/login?return_to=';
    const back = encodeURIComponent('http://app.example.com:8080/only?x=1&y=2');
    expect(await ask('app.example.com:8080')).toContain(
      `\r\nX-Sallyport-Login: ${login}${back}\r\n`,
    );
    // At the door itself, and where the session is not known, the way stays on the host.
    for (const host of ['auth.example.com:8080', 'other.test']) {
      expect(await ask(host)).toContain('\r\nX-Sallyport-Login: /_auth/login?return_to=%2Fonly');
    }
  });

  it('leads nowhere else where no domain is set', async () => {
    const yaml = 'routes:\n  - { host: app.example.com, access: deny }\n';
    await using door = await openTestDoor({ yaml, publicUrl: 'http://app.example.com' });
    const page = await signIn(
      new Client(door.origin, 'app.example.com'),
      await addSomebody(door, 'ada'),
      'http://app.example.com/x',
    );
    expect(page.location).toBe('/');
  });
});
