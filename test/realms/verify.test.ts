import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../proxy/raw-client.ts';
import { BAD_CREDENTIALS, form, json, NO_PERMISSION, OK, openRealmsDoor } from './realms-door.ts';

type Door = Awaited<ReturnType<typeof openRealmsDoor>>;
let door: Door;
beforeAll(async () => {
  door = await openRealmsDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

const required = (name: string) => `{"${name}":["This field is required."]}`;
const strings = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

describe.each(['/verify/', '/verify', '/verify/?x=1'])('POST %s', (path) => {
  it('answers OK when both are who they say, as JSON and as a form', async () => {
    expect(await door.post(path, door.question())).toEqual(OK);
    expect(await door.send(path, form(strings(door.question())))).toMatchObject(OK);
  });

  it('takes the fields of the later clients', async () => {
    const later = {
      ...{ auth_name: 'root', auth_realm: 'ungleich-admin', auth_token: door.code() },
      ...{ name: 'ada', realm: 'blue', token: door.code(), version: '0.5' },
    };
    expect(await door.send(path, form(later))).toMatchObject(OK);
    expect(await door.post(path, later)).toEqual(OK);
    expect(await door.post(path, { ...later, token: '000000' })).toEqual(NO_PERMISSION);
    expect(await door.post(path, { ...later, auth_token: '000000' })).toEqual(BAD_CREDENTIALS);
  });
});

describe('the answers of verify', () => {
  it('come at once to a request that announces no body', async () => {
    const request = head('POST /ungleichotp/verify/', 'Connection: close');
    expect(statusOf(await exchange(door.door.port, request))).toBe(403);
  });

  it.each([-4, -3, 3, 4])('take a clock within three steps: %i', async (offset) => {
    const { status } = await door.post(
      '/verify/',
      door.question({ verifytoken: door.code(offset) }),
    );
    expect(status).toBe(Math.abs(offset) <= 3 ? 200 : 403);
  });

  it.each(['', 'the same code as both tokens, in call after call'])('allow reuse %s', async () => {
    for (let n = 0; n < 3; n += 1) expect(await door.post('/verify/', door.question())).toEqual(OK);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an unknown caller', { name: 'nobody' }],
    ['a name in another case', { name: 'Web' }],
    ['a wrong token', { token: '000000' }],
    ['a missing name', { name: undefined }],
    ['a missing realm', { realm: undefined }],
    ['a missing token', { token: undefined }],
    ['an over-long name', { name: 'ü'.repeat(129) }],
    ['a blank token', { token: ' ' }],
    ['null', { token: null }],
    ['a list', { name: ['web'] }],
    ['an object', { name: { web: 1 } }],
    ['a truth', { token: true }],
    ['a control character', { name: 'web\u0000' }],
    ['half a character', { name: '\ud83d' }],
    ['a fraction', { token: 0.5 }],
    ['a huge number', { token: 1e300 }],
    ['a negative number', { token: -1 }],
    ['full-width digits', { token: '１２３４５６' }],
  ])('refuse %s as a caller', async (_, over) => {
    expect(await door.post('/verify/', door.question(over))).toEqual(BAD_CREDENTIALS);
  });

  it.each(['blue', 'red'])('refuse a caller of the ordinary realm %s', async (realm) => {
    await door.add('caller', realm);
    const over = { name: 'caller', realm };
    expect(await door.post('/verify/', door.question(over))).toEqual(NO_PERMISSION);
    const unnamed = { ...over, verifyname: undefined };
    expect(await door.post('/verify/', door.question(unnamed))).toEqual(NO_PERMISSION);
  });

  it.each([
    ['unknown', { verifyname: 'nobody' }],
    ['of another realm', { verifyrealm: 'red' }],
    ['of an unknown realm', { verifyrealm: '__proto__' }],
    ['in another case', { verifyname: 'ADA' }],
    ['with a wrong token', { verifytoken: '000000' }],
    ['with letters for a token', { verifytoken: 'secret' }],
    ['with a control character', { verifyname: 'ada\n' + 'x' }],
  ])('refuse a subject %s', async (_, over) => {
    expect(await door.post('/verify/', door.question(over))).toEqual(NO_PERMISSION);
  });

  it.each(['verifyname', 'verifyrealm', 'verifytoken'])(
    'say what is wrong with %s',
    async (name) => {
      const ask = (value: unknown) => door.post('/verify/', door.question({ [name]: value }));
      const error = (text: string) => ({ status: 400, text: `{"${name}":["${text}"]}` });
      expect(await ask(undefined)).toEqual({ status: 400, text: required(name) });
      expect(await ask('')).toEqual(error('This field may not be blank.'));
      expect(await ask('  ')).toEqual(error('This field may not be blank.'));
      expect(await ask(null)).toEqual(error('This field may not be null.'));
      expect(await ask([])).toEqual(error('Not a valid string.'));
      const long = error('Ensure this field has no more than 128 characters.');
      expect(await ask('a'.repeat(129))).toEqual(long);
      expect(await ask('🚪'.repeat(129))).toEqual(long);
      expect(await ask('🚪'.repeat(128))).toEqual(NO_PERMISSION);
    },
  );

  it('name every field that is wrong', async () => {
    const { verifyname, verifyrealm, verifytoken, ...caller } = door.question();
    expect(await door.post('/verify/', caller)).toEqual({
      status: 400,
      text: '{"verifyname":["This field is required."],"verifyrealm":["This field is required."],"verifytoken":["This field is required."]}',
    });
    expect([verifyname, verifyrealm, verifytoken]).toHaveLength(3);
  });

  it('take an integer for a token, and put its zeros back', async () => {
    let offset = 0;
    while (!door.code().startsWith('0')) {
      door.clock.ms += 30_000;
      offset += 1;
      if (offset > 10_000) throw new Error('no code with a zero');
    }
    const token = Number(door.code());
    expect(String(token).length).toBeLessThan(6);
    expect(await door.post('/verify/', door.question({ token, verifytoken: token }))).toEqual(OK);
  });

  it('are 400 for a mixture of both kinds of request', async () => {
    const mixed = {
      status: 400,
      text: '{"non_field_errors":["The fields of two kinds of request are mixed."]}',
    };
    const later = { auth_name: 'web', auth_realm: 'ungleich-auth', auth_token: door.code() };
    expect(await door.post('/verify/', { ...door.question(), ...later })).toEqual(mixed);
    expect(await door.post('/verify/', door.question({ auth_name: 'web' }))).toEqual(mixed);
  });
});

describe('bad input to verify', () => {
  it.each(['{', '', '{"name":"web",}', '\ufeff{', 'null x', 'undefined'].filter(Boolean))(
    'is 400 for JSON that is none: %j',
    async (body) => {
      expect(await door.send('/verify/', json('POST', body))).toMatchObject({
        status: 400,
        text: '{"detail":"JSON parse error - the body is not valid JSON"}',
      });
    },
  );

  it('never repeats the body, which holds codes', async () => {
    const { text } = await door.send('/verify/', json('POST', '{"token":"123456",'));
    expect(text).not.toContain('123456');
  });

  it('is 400 for bytes that are no UTF-8', async () => {
    const body = Buffer.from('{"name":"\xff"}', 'latin1');
    const headers = { 'content-type': 'application/json' };
    expect((await door.send('/verify/', { method: 'POST', headers, body })).status).toBe(400);
  });

  it.each(
    [
      ['[]', '[1]', '"text"', '17', 'null', 'true'],
      ['{"__proto__":{"name":"web"}}', '{"constructor":1}', '{}'],
    ].flat(),
  )('has no caller in %s', async (body) => {
    expect(await door.send('/verify/', json('POST', body))).toMatchObject(BAD_CREDENTIALS);
  });

  it('leaves the answers alone that a __proto__ key surrounds', async () => {
    const text = JSON.stringify(door.question()).replace('{', '{"__proto__":{"name":"nobody"},');
    expect(await door.send('/verify/', json('POST', text))).toMatchObject(OK);
  });

  it('is 403 without any body', async () => {
    expect(await door.send('/verify/', { method: 'POST' })).toMatchObject(BAD_CREDENTIALS);
  });

  it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/xml', ''])(
    'is 415 for the media type %j',
    async (type) => {
      const headers = { 'content-type': type };
      const body = Buffer.from('name=web');
      expect(await door.send('/verify/', { method: 'POST', headers, body })).toMatchObject({
        status: 415,
        text: JSON.stringify({ detail: `Unsupported media type "${type}" in request.` }),
      });
    },
  );

  it('takes a media type with parameters and in capitals', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    const body = JSON.stringify(door.question());
    expect(await door.send('/verify/', { method: 'POST', headers, body })).toMatchObject(OK);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    const answer = await door.send('/verify/', { method });
    expect(answer).toMatchObject({
      status: 405,
      text: `{"detail":"Method \\"${method}\\" not allowed."}`,
    });
    expect(answer.headers.get('allow')).toBe('POST');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['application/json', 'application/x-www-form-urlencoded'])(
    'is 413 for a megabyte of %s',
    async (type) => {
      const body = Buffer.alloc(1_000_000, 'a');
      const headers = { 'content-type': type };
      expect(await door.send('/verify/', { method: 'POST', headers, body })).toMatchObject({
        status: 413,
        text: '{"detail":"Request body too large."}',
      });
    },
  );

  it('never sets a cookie, and goes to nobody else', async () => {
    const { headers } = await door.send('/verify/', json('POST', door.question()));
    expect(headers.get('set-cookie')).toBeNull();
    for (const path of ['/verify/x', '/verify//', '//', '/a/b/c'])
      expect(await door.send(path, json('POST', {}))).toMatchObject({
        status: 404,
        text: '{"detail":"Not found."}',
      });
  });
});
