import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { BAD_CREDENTIALS, json, NO_PERMISSION, OK, openRealmsDoor } from './realms-door.ts';

type Door = Awaited<ReturnType<typeof openRealmsDoor>>;
let door: Door;
beforeAll(async () => {
  door = await openRealmsDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

const NOT_FOUND = { status: 404, text: '{"detail":"Not found."}' };
const asRoot = (method: string, body?: unknown) =>
  body === undefined ? { method, headers: door.otp() } : json(method, body, door.otp());
const parsed = async (path: string, init: RequestInit) => {
  const { status, text } = await door.send(path, init);
  return { status, body: text === '' ? undefined : JSON.parse(text) };
};

describe.each(['', '/'])('services at %j', (slash) => {
  it('are made with a seed of the server’s own, shown once, and work', async () => {
    const name = `cron${slash.length}`;
    const made = await parsed(slash, asRoot('POST', { name, realm: 'jobs', seed: 'MINE' }));
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(['id', 'name', 'realm', 'seed']);
    expect(made.body.seed).toMatch(/^[A-Z2-7]{32}$/);
    const { id, seed } = made.body;
    const verifytoken = door.code(0, seed);
    const about = { verifyname: name, verifyrealm: 'jobs', verifytoken };
    expect(await door.post('/verify/', door.question(about))).toEqual(OK);
    const entry = { id, name, realm: 'jobs' };
    const listed = await parsed(slash, asRoot('GET'));
    expect(listed).toMatchObject({ status: 200, body: expect.arrayContaining([entry]) });
    expect(JSON.stringify(listed)).not.toContain('seed');
    expect(await parsed(`/${id}${slash}`, asRoot('GET'))).toEqual({ status: 200, body: entry });
    expect((await door.send(slash, asRoot('HEAD'))).text).toBe('');
  });

  it('are renamed whole or in part, keep their seed, and go', async () => {
    const { id } = await door.add(`tmp${slash.length}`, 'jobs');
    const at = `/${id}${slash}`;
    const put = { name: `job${slash.length}`, realm: 'cold' };
    expect(await parsed(at, asRoot('PUT', put))).toEqual({ status: 200, body: { id, ...put } });
    expect(await parsed(at, asRoot('PATCH', { realm: 'warm', seed: 'X' }))).toEqual({
      status: 200,
      body: { id, ...put, realm: 'warm' },
    });
    const about = { verifyname: put.name, verifyrealm: 'warm' };
    expect(await door.post('/verify/', door.question(about))).toEqual(OK);
    expect(await parsed(at, asRoot('PUT', { name: 'x' }))).toEqual({
      status: 400,
      body: { realm: ['This field is required.'] },
    });
    expect(await door.send(at, asRoot('DELETE'))).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'DELETE'])
      expect(await door.send(at, asRoot(method))).toMatchObject(NOT_FOUND);
    for (const method of ['PUT', 'PATCH'])
      expect(await door.send(at, asRoot(method, put))).toMatchObject(NOT_FOUND);
    expect(await door.post('/verify/', door.question(about))).toEqual(NO_PERMISSION);
  });

  it('have a seed that is read and replaced by explicit requests, which are remembered', async () => {
    const { id } = await door.add(`kept${slash.length}`, 'jobs');
    const at = `/${id}/seed${slash}`;
    const read = await parsed(at, asRoot('GET'));
    expect(read.status).toBe(200);
    expect(read.body.seed).toBe('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const rotated = await parsed(at, asRoot('POST'));
    expect(rotated.body.seed).not.toBe(read.body.seed);
    expect(await parsed(at, asRoot('GET'))).toEqual(rotated);
    const logged = door.door.logged();
    expect(logged).toContain('"event":"service-seed-read"');
    expect(logged).toContain('"by":"root@ungleich-admin"');
    for (const { body } of [read, rotated]) expect(logged).not.toContain(body.seed);
    expect(await door.send('/nobody/seed/', asRoot('GET'))).toMatchObject(NOT_FOUND);
  });
});

describe('whoever manages services', () => {
  const requests: readonly (readonly [string, string])[] = [
    ['GET', '/'],
    ['POST', '/'],
    ['GET', '/ID/'],
    ['PUT', '/ID/'],
    ['PATCH', '/ID/'],
    ['DELETE', '/ID/'],
    ['GET', '/ID/seed/'],
    ['POST', '/ID/seed/'],
  ];

  it.each(requests)('is of the admin realm: %s %s', async (method, path) => {
    const [{ id } = { id: '' }] = await door.services.list();
    const before = await door.services.list();
    const ask = async (headers: Record<string, string>) => {
      const { status, text } = await door.send(path.replace('ID', id), { method, headers });
      return { status, text };
    };
    expect(await ask({})).toEqual(BAD_CREDENTIALS);
    expect(await ask(door.otp('web', 'ungleich-auth'))).toEqual(NO_PERMISSION);
    expect(await ask(door.otp('ada', 'blue'))).toEqual(NO_PERMISSION);
    expect(await ask(door.otp('root', 'ungleich-admin', '000000'))).toEqual(BAD_CREDENTIALS);
    expect(await ask({ authorization: `Basic ${btoa('root:x')}` })).toEqual(BAD_CREDENTIALS);
    expect(await door.services.list()).toEqual(before);
  });

  it('may say so in the body instead, but not in both', async () => {
    const auth = { auth_name: 'root', auth_realm: 'ungleich-admin', auth_token: door.code() };
    const body = { ...auth, name: 'in-body', realm: 'jobs' };
    expect((await door.send('/', json('POST', body, door.otp()))).status).toBe(400);
    expect((await door.send('/', json('POST', body))).status).toBe(201);
    const other = { ...body, auth_token: '000000' };
    expect(await door.send('/', json('POST', other))).toMatchObject(BAD_CREDENTIALS);
  });

  it.each([
    'OTP name="root"',
    'OTP name="root", realm="ungleich-admin", token="CODE", token="CODE"',
    'OTP name="root", realm="ungleich-admin", token="CODE", role="x"',
    'OTPname="root", realm="ungleich-admin", token="CODE"',
    'OTP "root"',
    'OTP',
  ])('says who it is in one way: %s', async (header) => {
    const authorization = header.replaceAll('CODE', door.code());
    expect(await door.send('/', { headers: { authorization } })).toMatchObject(BAD_CREDENTIALS);
  });

  it('may have a name of any script', async () => {
    await door.add('käse "\\ 🚪', 'ungleich-admin');
    const name = Buffer.from('käse \\"\\\\ 🚪').toString('latin1');
    const headers = door.otp(name);
    expect((await door.send('/', { headers })).status).toBe(200);
  });

  it.each([
    [{ name: '', realm: 'x' }, { name: ['This field may not be blank.'] }],
    [{ realm: 'x' }, { name: ['This field is required.'] }],
    [
      { name: 'a'.repeat(129), realm: 'x' },
      { name: ['Ensure this field has no more than 128 characters.'] },
    ],
    [
      { name: 'a\u0007b', realm: 'x' },
      { name: ['This field holds characters that no name can have.'] },
    ],
    [
      { name: 'a', realm: '\ud800' },
      { realm: ['This field holds characters that no name can have.'] },
    ],
    [
      { name: 'ada', realm: 'blue' },
      { non_field_errors: ['The fields name, realm must make a unique set.'] },
    ],
    [[], { name: ['This field is required.'], realm: ['This field is required.'] }],
  ])('is told what is wrong with %j', async (body, errors) => {
    expect(await parsed('/', asRoot('POST', body))).toEqual({ status: 400, body: errors });
  });

  it('cannot give a service another one’s name', async () => {
    const { id } = await door.add('eve', 'blue');
    expect(await parsed(`/${id}/`, asRoot('PATCH', { name: 'ada' }))).toEqual({
      status: 400,
      body: { non_field_errors: ['The fields name, realm must make a unique set.'] },
    });
  });

  it.each([
    ['PUT', '/', 'GET, HEAD, POST'],
    ['POST', '/ID/', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['DELETE', '/ID/seed', 'GET, POST'],
  ])('gets 405 for %s %s', async (method, path, allow) => {
    const answer = await door.send(path, asRoot(method));
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('cannot reach people', async () => {
    const added = await door.door.administration.addUser({
      name: 'person',
      password: new Secret('tidal lantern mosaic 47'),
      totpSecret: undefined,
      groups: [],
    });
    const people = await door.door.store.listPrincipals('person');
    for (const { id } of people) {
      expect(await door.send(`/${id}/`, asRoot('DELETE'))).toMatchObject(NOT_FOUND);
      expect(await door.send(`/${id}/seed/`, asRoot('GET'))).toMatchObject(NOT_FOUND);
    }
    expect(added.ok).toBe(true);
    expect(await door.door.store.listPrincipals('person')).toHaveLength(1);
  });
});
