/** Threats "Sign-in": forged posts, open redirects, guesses, and what pages may keep. @module */
import { describe, expect, it } from 'vitest';
import { Client, hiddenFields } from '../client.ts';
import { addPerson, PASSWORD, signIn } from '../people.ts';
import { useGuardedDoor } from './guarded-door.ts';

const guarded = useGuardedDoor();

describe('a form posted from elsewhere', () => {
  it.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site, from a sibling host', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused, with the right token too', async (_, headers) => {
    const { door } = guarded.at();
    const person = await addPerson(door, `csrf-${headers['sec-fetch-site']}`);
    const client = new Client(door.origin);
    const page = await client.get('/_auth/login');
    const fields = {
      ...hiddenFields(page.text, '/_auth/login'),
      username: person.name,
      password: PASSWORD,
    };
    const answer = await client.post(
      '/_auth/login',
      { ...fields, code: person.nextCode() },
      headers,
    );
    expect(answer.status).toBe(403);
    expect(client.cookies.has('sallyport')).toBe(false);
  });

  it('without the token signs nobody out', async () => {
    const { ada } = guarded.at();
    expect((await ada.client.post('/_auth/logout', {})).status).toBe(403);
    expect((await ada.client.get('/')).status).toBe(200);
  });

  it('with the token of another browser is refused', async () => {
    const { door, ada } = guarded.at();
    const page = await new Client(door.origin).get('/_auth/login');
    const answer = await ada.client.post('/_auth/logout', hiddenFields(page.text, '/_auth/login'));
    expect(answer.status).toBe(403);
  });
});

describe('a return path that leads away', () => {
  const AWAY = [
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    '\t//evil.example',
    'https:evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/\n/evil.example',
    '/@evil.example\r\nSet-Cookie: a=b',
    'evil.example',
    '',
  ];

  it('is forgotten, in the query, in the form and in the Location', async () => {
    const { door } = guarded.at();
    for (const [index, path] of AWAY.entries()) {
      const person = await addPerson(door, `away${index}`);
      const client = new Client(door.origin);
      const page = await client.get(`/_auth/login?return_to=${encodeURIComponent(path)}`);
      const answer = await client.post('/_auth/login', {
        ...hiddenFields(page.text, '/_auth/login'),
        return_to: path,
        username: person.name,
        password: PASSWORD,
        code: person.nextCode(),
      });
      expect([path, answer.status, answer.location]).toEqual([path, 303, '/']);
    }
  });
});

describe('guessing', () => {
  it('is answered 429 with a time to wait, and does not lock out the owner’s browser', async () => {
    const { door } = guarded.at();
    const person = await addPerson(door, 'target');
    const owner = new Client(door.origin);
    await signIn(owner, person);
    owner.cookies.delete('sallyport');

    let throttled = 0;
    for (let guess = 0; guess < 12; guess += 1) {
      const page = await new Client(door.origin).submit('/_auth/login', '/_auth/login', {
        username: ' TARGET ',
        password: PASSWORD,
        code: String(guess).padStart(6, '0'),
      });
      if (page.status !== 429) continue;
      throttled += 1;
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
      break;
    }
    expect(throttled).toBe(1);
    expect((await signIn(owner, person)).status).toBe(303);
  });
});

describe('what a page may keep', () => {
  it('every page, redirect and refusal of ours is no-store, and none can be framed', async () => {
    const { door, ada } = guarded.at();
    const stranger = new Client(door.origin);
    const pages = [
      await stranger.get('/'),
      await stranger.get('/', { accept: 'application/json', 'sec-fetch-mode': 'cors' }),
      await stranger.get('/_auth/login'),
      await stranger.get('/_auth/nothing-here'),
      await stranger.get('/_auth/signup'),
      await ada.client.get('/_auth/'),
      await ada.client.get('/crew'),
      await ada.client.get('/off'),
    ];
    for (const page of pages) {
      expect([page.status, page.headers.get('cache-control')]).toEqual([page.status, 'no-store']);
      if (!page.headers.get('content-type')?.startsWith('text/html')) continue;
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-inline');
      expect(page.text).not.toMatch(/\sstyle="|<script/);
    }
  });

  it('an answer of the upstream keeps its own headers', async () => {
    const page = await guarded.at().ada.client.get('/');
    expect(page.headers.get('content-security-policy')).toBeNull();
    expect(page.headers.get('x-frame-options')).toBeNull();
  });
});
