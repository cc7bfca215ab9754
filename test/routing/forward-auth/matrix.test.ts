/** Every dialect gives the same decision about the same request. */
import { describe, expect, it } from 'vitest';
import { NAVIGATION, setUpAsked } from './asking.ts';
import { type Asked, GATEWAYS } from './questions.ts';

type Who = 'stranger' | 'member' | 'staff';

interface Case {
  readonly name: string;
  readonly asked: Asked;
  readonly who: Who;
  readonly status: 200 | 401 | 403;
}

const CASES: readonly Case[] = [
  { name: 'a page', asked: { target: '/' }, who: 'stranger', status: 401 },
  { name: 'a page', asked: { target: '/' }, who: 'member', status: 200 },
  { name: 'a page with a query', asked: { target: '/a?b=%zz&c=1' }, who: 'member', status: 200 },
  { name: 'a form', asked: { method: 'POST', target: '/form' }, who: 'member', status: 200 },
  { name: 'a form', asked: { method: 'POST', target: '/form' }, who: 'stranger', status: 401 },
  { name: 'a public page', asked: { target: '/open/x' }, who: 'stranger', status: 200 },
  {
    name: 'a look-alike of a public page',
    asked: { target: '/openly' },
    who: 'stranger',
    status: 401,
  },
  {
    name: 'a public path in the query',
    asked: { target: '/?/open' },
    who: 'stranger',
    status: 401,
  },
  { name: "a group's page", asked: { target: '/staff' }, who: 'staff', status: 200 },
  { name: "a group's page", asked: { target: '/staff' }, who: 'member', status: 403 },
  { name: "a group's page", asked: { target: '/staff' }, who: 'stranger', status: 401 },
  { name: 'a closed page', asked: { target: '/closed' }, who: 'staff', status: 403 },
  {
    name: 'a refused method',
    asked: { method: 'POST', target: '/write' },
    who: 'staff',
    status: 403,
  },
  { name: 'the same path with another', asked: { target: '/write' }, who: 'staff', status: 200 },
  { name: 'another host', asked: { host: 'other.example.com' }, who: 'staff', status: 403 },
  { name: 'a longer host', asked: { host: 'app.example.com.evil' }, who: 'staff', status: 403 },
  { name: 'the host in capitals', asked: { host: 'APP.Example.COM' }, who: 'member', status: 200 },
  {
    name: 'the host with its port',
    asked: { host: 'app.example.com:8443' },
    who: 'member',
    status: 200,
  },
  {
    name: 'no host that can be read',
    asked: { host: 'a@app.example.com' },
    who: 'staff',
    status: 403,
  },
  {
    name: 'dots that lead elsewhere',
    asked: { target: '/open/../staff' },
    who: 'staff',
    status: 403,
  },
  { name: 'encoded dots', asked: { target: '/open/%2e%2e/staff' }, who: 'staff', status: 403 },
  { name: 'an encoded slash', asked: { target: '/open%2f..%2fstaff' }, who: 'staff', status: 403 },
  { name: 'two slashes', asked: { target: '//staff' }, who: 'member', status: 403 },
  { name: 'a broken escape', asked: { target: '/%zz' }, who: 'member', status: 403 },
  { name: 'a fragment', asked: { target: '/open#/../x' }, who: 'member', status: 403 },
  { name: 'a relative path', asked: { target: 'open' }, who: 'member', status: 403 },
  {
    name: 'a whole address',
    asked: { target: 'http://app.example.com/' },
    who: 'member',
    status: 403,
  },
  { name: "the door's own page", asked: { target: '/_auth/login' }, who: 'member', status: 403 },
  { name: 'a method in small letters', asked: { method: 'get' }, who: 'member', status: 403 },
  { name: 'TRACE', asked: { method: 'TRACE' }, who: 'member', status: 403 },
  {
    name: 'a page of 20 KB of path',
    asked: { target: `/${'a'.repeat(20_000)}` },
    who: 'member',
    status: 403,
  },
];

describe.each(GATEWAYS)('a door asked by %s', (gateway) => {
  it.each(CASES)('says $status about $name to a $who', async ({ asked, who, status }) => {
    await using door = await setUpAsked(gateway, {});
    const lines =
      who === 'stranger' ? [] : [(await door.gate.signIn(who === 'staff' ? ['staff'] : [])).cookie];
    expect(await door.statusAbout(asked, ...lines)).toBe(status);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('names the person in every 200, and nobody in lines that are there and empty', async () => {
    await using door = await setUpAsked(gateway);
    const { cookie } = await door.gate.signIn(['staff']);
    const known = await door.askAbout({}, cookie);
    expect(known).toContain('\r\nRemote-User: ada\r\n');
    expect(known).toContain('\r\nRemote-Groups: staff\r\n');
    const anyone = await door.askAbout({ target: '/open' });
    expect(anyone).toContain('\r\nRemote-User: \r\n');
    expect(anyone).toContain('\r\nRemote-Groups: \r\n');
    for (const answer of [known, anyone]) expect(answer).toContain('\r\nRemote-Realm: \r\n');
  });

  it('takes no identity from the question', async () => {
    await using door = await setUpAsked(gateway);
    const forged = ['Remote-User: admin', 'Remote_User: admin', 'Remote-Groups: staff'];
    // Where the gateway cannot drop a look-alike, the whole request is refused.
    const refused = gateway === 'traefik' ? 403 : 401;
    expect(await door.statusAbout({}, ...forged)).toBe(refused);
    expect(await door.askAbout({ target: '/open' }, ...forged)).not.toContain('admin');
  });

  it('refuses a peer that is not listed, and says why in the log', async () => {
    await using door = await setUpAsked(gateway, { trustedProxies: ['10.0.0.0/8'] });
    const { cookie } = await door.gate.signIn();
    expect(await door.statusAbout({}, cookie)).toBe(403);
    expect(door.reasons()).toEqual(['the peer is not in trusted_proxies']);
  });

  it('refuses a handshake that the page of another site has begun', async () => {
    await using door = await setUpAsked(gateway);
    const { cookie } = await door.gate.signIn();
    const handshake = [cookie, 'Sec-WebSocket-Version: 13'];
    expect(await door.statusAbout({}, ...handshake, 'Origin: http://app.example.com')).toBe(200);
    expect(await door.statusAbout({}, ...handshake)).toBe(200);
    expect(await door.statusAbout({}, ...handshake, 'Origin: https://evil.example')).toBe(403);
    expect(await door.statusAbout({}, cookie, 'Origin: https://evil.example')).toBe(200);
  });

  it('is 403, never 200, when the session cannot be opened at all', async () => {
    await using door = await setUpAsked(gateway, {
      sessions: new Proxy({} as never, {
        get: () => () => {
          throw new Error('broken');
        },
      }),
    });
    expect(await door.statusAbout({}, 'Cookie: door=x')).toBe(403);
  });

  it('forwards nothing itself: a request to the door is no question', async () => {
    await using door = await setUpAsked(gateway);
    const { cookie } = await door.gate.signIn();
    expect(await door.ask('GET /', 'Host: app.example.com', cookie)).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe.each(GATEWAYS)('a person that %s asks about', (gateway) => {
  const isShown = gateway !== 'nginx';
  // Traefik would name the address of the check, where we name none.
  const site = gateway === 'traefik' ? 'http://app.example.com' : '';

  it('is led to the sign-in page, with the way back', async () => {
    await using door = await setUpAsked(gateway);
    const answer = await door.askAbout({ target: '/a?b=1&c=%26+d' }, ...NAVIGATION);
    const login = `${site}/_auth/login?return_to=%2Fa%3Fb%3D1%26c%3D%2526%2Bd`;
    expect(answer).toContain(`\r\n${isShown ? 'Location' : 'X-Sallyport-Login'}: ${login}\r\n`);
    expect(answer).toMatch(isShown ? /^HTTP\/1.1 302 / : /^HTTP\/1.1 401 /);
  });

  it('is told to sign in by a plain 401 when a program asks', async () => {
    await using door = await setUpAsked(gateway);
    const answer = await door.askAbout({ target: '/api' }, 'Accept: application/json');
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).not.toMatch(/^(location|x-sallyport-login):/im);
    if (isShown) expect(answer).toContain('"error":"E_UNAUTHENTICATED"');
  });

  it('is not led back to what only a form can ask for', async () => {
    await using door = await setUpAsked(gateway);
    const answer = await door.askAbout({ method: 'POST', target: '/form' }, ...NAVIGATION);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).not.toContain('return_to=');
  });

  it('signs in at public_url where the hosts share a session', async () => {
    await using door = await setUpAsked(gateway, {
      publicUrl: new URL('http://auth.example.com:8080'),
    });
    const own = await door.askAbout({ host: 'app.example.com' }, ...NAVIGATION);
    expect(own).toContain(`: ${site}/_auth/login?return_to=%2F\r\n`);
  });
});
