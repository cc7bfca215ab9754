/** The whole way of a person: signing up, in, through and out, over real sockets. @module */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, hiddenFields } from './client.ts';
import { addPerson, codeFrom, PASSWORD, signIn } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

let upstream: Server;
const seen: Seen[] = [];
let door: TestDoor;
/** What doors before the last restart have logged. */
let logged = '';

beforeAll(async () => {
  upstream = createServer((req, res) => {
    seen.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers });
    res.setHeader('set-cookie', ['theme=dark', 'sallyport=stolen']);
    res.end('from the upstream');
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const port = (upstream.address() as AddressInfo).port;
  door = await openTestDoor({ yaml: `upstream: http://127.0.0.1:${port}` });
});

afterAll(async () => {
  await door[Symbol.asyncDispose]();
  upstream.close();
  upstream.closeAllConnections();
});

async function restart(): Promise<void> {
  logged += door.logged();
  await door.stop();
  const { port } = upstream.address() as AddressInfo;
  door = await openTestDoor({ yaml: `upstream: http://127.0.0.1:${port}`, dataDir: door.dataDir });
}

async function signUp(client: Client, name: string) {
  const token = await door.administration.createInvite({
    kind: 'invite',
    groups: ['crew'],
    lifetimeMs: 60_000,
  });
  const enrol = await client.submit(`/_auth/signup?invite=${token.reveal()}`, '/_auth/signup', {
    username: name,
    password: PASSWORD,
  });
  expect(enrol.status).toBe(200);
  const uri = /otpauth:\/\/[^"<\s]+/.exec(enrol.text)?.[0].replaceAll('&amp;', '&') ?? '';
  return { enrol, uri, invite: token.reveal() };
}

describe('a person signs up', () => {
  it('exists only once a code has confirmed the app, and is signed in then', async () => {
    const client = new Client(door.origin);
    const { enrol, uri } = await signUp(client, 'Ada');
    expect(await door.administration.findUser('ada')).toBeUndefined();

    const wrong = await client.post('/_auth/signup/confirm', {
      ...hiddenFields(enrol.text, '/_auth/signup/confirm'),
      code: '000000',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain(uri.replaceAll('&', '&amp;'));
    expect(await door.administration.findUser('ada')).toBeUndefined();

    const done = await client.post('/_auth/signup/confirm', {
      ...hiddenFields(wrong.text, '/_auth/signup/confirm'),
      code: codeFrom(uri),
    });
    expect(done.status).toBe(200);
    expect(done.headers.get('cache-control')).toBe('no-store');
    expect((await door.administration.findUser('ada'))?.groups).toEqual(['crew']);

    const through = await client.get('/lab');
    expect(through.text).toBe('from the upstream');
    expect(seen.at(-1)?.headers['remote-user']).toBe('Ada');
    expect(seen.at(-1)?.headers['remote-groups']).toBe('crew');
  });

  it('finds the invite spent afterwards', async () => {
    const client = new Client(door.origin);
    const { enrol, uri, invite } = await signUp(client, 'bea');
    await client.post('/_auth/signup/confirm', {
      ...hiddenFields(enrol.text, '/_auth/signup/confirm'),
      code: codeFrom(uri),
    });
    const again = await new Client(door.origin).get(`/_auth/signup?invite=${invite}`);
    expect(again.status).toBe(403);
  });

  it('never replaces an existing name, in any spelling', async () => {
    await addPerson(door, 'carol');
    const before = await door.administration.findUser('carol');
    const token = await door.administration.createInvite({
      kind: 'invite',
      groups: [],
      lifetimeMs: 60_000,
    });
    const answer = await new Client(door.origin).submit(
      `/_auth/signup?invite=${token.reveal()}`,
      '/_auth/signup',
      { username: ' CAROL ', password: PASSWORD },
    );
    expect(answer.status).toBe(422);
    expect(await door.administration.findUser('carol')).toEqual(before);
  });
});

describe('a person signs in', () => {
  it('is sent to sign in and lands on the page first asked for', async () => {
    const person = await addPerson(door, 'dora');
    const client = new Client(door.origin);
    const away = await client.get('/lab?x=1&y=%2F');
    expect(away.status).toBe(302);
    expect(away.headers.get('cache-control')).toBe('no-store');
    expect(away.location).toBe(`/_auth/login?return_to=${encodeURIComponent('/lab?x=1&y=%2F')}`);

    const landed = await client.submit(away.location!, '/_auth/login', {
      username: 'DORA',
      password: PASSWORD,
      code: person.nextCode(),
    });
    expect(landed.status).toBe(303);
    expect(landed.location).toBe('/lab?x=1&y=%2F');
    expect((await client.get('/lab?x=1&y=%2F')).text).toBe('from the upstream');
  });

  it('sends no cookie of ours to the upstream and takes none from it', async () => {
    const client = new Client(door.origin);
    await signIn(client, await addPerson(door, 'edda'));
    client.cookies.set('theme', 'light');
    const page = await client.get('/');
    expect(seen.at(-1)?.headers.cookie).toBe('theme=light');
    expect(page.headers.getSetCookie()).toEqual(['theme=dark']);
  });

  it('learns nothing from a refusal: wrong code, wrong password and unknown name are one page', async () => {
    const person = await addPerson(door, 'fay');
    const answers = [];
    for (const fields of [
      { username: 'fay', password: PASSWORD, code: '000000' },
      { username: 'fay', password: 'not the password', code: person.nextCode() },
      { username: 'nobody', password: PASSWORD, code: '123456' },
    ]) {
      const page = await new Client(door.origin).submit('/_auth/login', '/_auth/login', fields);
      const body = page.text
        .replaceAll(fields.username, 'NAME')
        .replace(/(name="_csrf" value=)"[^"]*"/, '$1');
      const headers = [...page.headers.keys()].sort();
      answers.push({ status: page.status, body, headers });
    }
    expect(answers[0]?.status).toBe(401);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('uses a code once, also when the same form is sent many times at once', async () => {
    const person = await addPerson(door, 'gina');
    const code = person.nextCode();
    const clients = Array.from({ length: 5 }, () => new Client(door.origin));
    const pages = await Promise.all(
      clients.map((client) =>
        client.submit('/_auth/login', '/_auth/login', {
          username: 'gina',
          password: PASSWORD,
          code,
        }),
      ),
    );
    expect(pages.filter((page) => page.status === 303)).toHaveLength(1);
  });

  it('may use a recovery code once in place of the app', async () => {
    const person = await addPerson(door, 'hope');
    const fields = { username: 'hope', password: PASSWORD, code: person.recoveryCodes[3]! };
    const first = await new Client(door.origin).submit('/_auth/login', '/_auth/login', fields);
    expect(first.status).toBe(303);
    const second = await new Client(door.origin).submit('/_auth/login', '/_auth/login', fields);
    expect(second.status).toBe(401);
  });

  it('accepts the older field names user and token', async () => {
    const person = await addPerson(door, 'ivy');
    const page = await new Client(door.origin).submit('/_auth/login', '/_auth/login', {
      user: 'ivy',
      password: PASSWORD,
      token: person.nextCode(),
    });
    expect(page.status).toBe(303);
  });
});

describe('a session ends', () => {
  it('replaying the cookie after sign-out is refused at once, and after a restart', async () => {
    const client = new Client(door.origin);
    await signIn(client, await addPerson(door, 'jade'));
    const old = client.cookieHeader;
    expect((await client.get('/')).status).toBe(200);
    const out = await client.submit('/_auth/logout', '/_auth/logout', {});
    expect(out.status).toBe(303);

    const replay = new Client(door.origin);
    expect((await replay.get('/', { cookie: old })).status).toBe(302);

    await restart();
    expect((await new Client(door.origin).get('/', { cookie: old })).status).toBe(302);
  });

  it('survives a restart while it lives', async () => {
    const client = new Client(door.origin);
    await signIn(client, await addPerson(door, 'kim'));
    const cookie = client.cookieHeader;
    await restart();
    expect((await new Client(door.origin).get('/', { cookie })).status).toBe(200);
  });
});

describe('a log', () => {
  it('holds no seed, code, password, cookie or token of anybody', async () => {
    const client = new Client(door.origin);
    const { enrol, uri, invite } = await signUp(client, 'lea');
    const code = codeFrom(uri);
    const form = { ...hiddenFields(enrol.text, '/_auth/signup/confirm'), code };
    const { text } = await client.post('/_auth/signup/confirm', form);
    const recoveryCodes = [...text.matchAll(/<code>([^<]+)<\/code>/g)].map(([, one]) => one);
    expect(recoveryCodes).toHaveLength(10);
    const tokens = [...client.cookies.values(), ...Object.values(form)];
    const next = codeFrom(uri, 1);
    const proofs = { username: 'lea', password: PASSWORD, code: next };
    const other = new Client(door.origin);
    const login = await other.submit('/_auth/login', '/_auth/login', proofs);
    expect(login.status).toBe(303);
    tokens.push(...other.cookies.values());
    const seed = new URL(uri).searchParams.get('secret');
    logged += door.logged();
    expect(logged).toContain('lea');
    const secrets = [PASSWORD, 'secret=', 'Fe26', invite, seed, ...recoveryCodes, ...tokens];
    expect(secrets.filter((secret) => logged.includes(secret ?? ''))).toEqual([]);
    for (const digits of [code, next]) {
      // Times and counts have digits, too.
      expect(logged).not.toMatch(new RegExp(`(?<!\\d)${digits}(?!\\d)`));
    }
  });
});
