/** Threats "Seals, secrets, failure" and the cookie lines of "Headers", at the assembled door. @module */
import { describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { addPerson, PASSWORD } from '../people.ts';
import { useGuardedDoor } from './guarded-door.ts';

const guarded = useGuardedDoor();

const NAME = 'sallyport';
const asApi = { accept: 'application/json', 'sec-fetch-mode': 'cors' };

async function statusWith(cookie: string): Promise<number> {
  const { door } = guarded.at();
  return (await new Client(door.origin).get('/', { ...asApi, cookie })).status;
}

const sealOf = (client: Client) => client.cookies.get(NAME) ?? '';

describe('a cookie that is no live session', () => {
  it('is refused for every truncation of a good seal, without an error of ours', async () => {
    const seal = sealOf(guarded.at().ada.client);
    expect(await statusWith(`${NAME}=${seal}`)).toBe(200);
    for (let length = 0; length < seal.length; length += 7) {
      expect([length, await statusWith(`${NAME}=${seal.slice(0, length)}`)]).toEqual([length, 401]);
    }
  });

  it.each([
    ['another key id', (seal: string) => seal.replace(/^(Fe26\.2)\*[^*]*/, '$1*other')],
    ['the key id __proto__', (seal: string) => seal.replace(/^(Fe26\.2)\*[^*]*/, '$1*__proto__')],
    [
      'the key id constructor',
      (seal: string) => seal.replace(/^(Fe26\.2)\*[^*]*/, '$1*constructor'),
    ],
    [
      'a flipped byte in the middle',
      (seal: string) => seal.slice(0, 90) + (seal[90] === 'A' ? 'B' : 'A') + seal.slice(91),
    ],
    ['12 KB of rubbish', () => 'x'.repeat(12_000)],
    ['a seal in a seal', (seal: string) => `${seal}*${seal}`],
    ['quotes around nothing', () => '""'],
  ])('%s', async (_, forge) => {
    expect(await statusWith(`${NAME}=${forge(sealOf(guarded.at().ada.client))}`)).toBe(401);
  });

  it('is cleared once, with the answer that refuses it', async () => {
    const page = await new Client(guarded.at().door.origin).get('/', { cookie: `${NAME}=stale` });
    expect(page.status).toBe(302);
    expect(page.headers.getSetCookie().join('\n')).toMatch(/^sallyport=; Max-Age=0/m);
    const without = await new Client(guarded.at().door.origin).get('/');
    expect(without.headers.getSetCookie()).toEqual([]);
  });
});

describe('two session cookies are treated as none', () => {
  it.each([
    ['the same twice', (seal: string) => `${NAME}=${seal}; ${NAME}=${seal}`],
    ['a good one after rubbish', (seal: string) => `${NAME}=x; ${NAME}=${seal}`],
    ['a prefixed look-alike beside it', (seal: string) => `${NAME}=${seal}; __Host-${NAME}=x`],
  ])('%s', async (_, cookies) => {
    expect(await statusWith(cookies(sealOf(guarded.at().ada.client)))).toBe(401);
  });
});

describe('a half-finished sign-in opens nothing', () => {
  it('neither the flow nor the known-browser cookie is a session', async () => {
    const { ada } = guarded.at();
    for (const [name, value] of ada.client.cookies) {
      if (name !== NAME) expect([name, await statusWith(`${NAME}=${value}`)]).toEqual([name, 401]);
    }
    expect(ada.client.cookies.size).toBeGreaterThanOrEqual(3);
  });

  it('a pending enrolment passes no route and makes nobody', async () => {
    const { door } = guarded.at();
    const token = await door.administration.createInvite({
      kind: 'invite',
      groups: ['crew'],
      lifetimeMs: 60_000,
    });
    const client = new Client(door.origin);
    await client.submit(`/_auth/signup?invite=${token.reveal()}`, '/_auth/signup', {
      username: 'halfway',
      password: PASSWORD,
    });
    expect((await client.get('/crew', asApi)).status).toBe(401);
    expect(await door.administration.findUser('halfway')).toBeUndefined();
  });
});

describe('the session id changes at sign-in', () => {
  it('and so does the id of the flow', async () => {
    const { door } = guarded.at();
    const person = await addPerson(door, 'fixated');
    const client = new Client(door.origin);
    const fields = { username: person.name, password: PASSWORD };
    await client.submit('/_auth/login', '/_auth/login', { ...fields, code: '000000' });
    const planted = client.cookies.get(`${NAME}-flow`);
    await client.submit('/_auth/login', '/_auth/login', { ...fields, code: person.nextCode() });
    expect(client.cookies.get(`${NAME}-flow`)).not.toBe(planted);
    expect(planted).toBeDefined();
  });
});
