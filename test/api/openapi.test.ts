/** docs/openapi.yaml describes the server that runs: its addresses, answers and refusals. @module */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { endpointsOf } from '../../src/api/api.ts';
import type { ApiDeps } from '../../src/api/contract.ts';
import {
  bearer,
  json,
  type MachineDoor,
  openMachineDoor,
  otp,
} from '../e2e/services/machine-door.ts';

interface Operation {
  readonly responses: Readonly<Record<string, Reference>>;
}
interface Reference {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: { readonly 'application/json': { readonly schema: object } };
}

const root = join(import.meta.dirname, '../..');
const document = parse(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8'));
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const documented = Object.entries<Record<string, Operation>>(document.paths).flatMap(
  ([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation: item[method]!,
    })),
);
const MANY = Array.from({ length: 14 }, (_, i) => i);
const BIG = JSON.stringify({ code: 'x'.repeat(9_000) });

describe('docs/openapi.yaml', () => {
  it('has every endpoint, and no other', () => {
    // Nothing of the dependencies is touched before a request comes.
    const endpoints = endpointsOf({} as ApiDeps).map(({ method, path }) => `${method} ${path}`);
    expect(documented.map(({ name }) => name).toSorted()).toEqual(endpoints.toSorted());
  });

  it('is what docs/api.md is made from', () => {
    const args = [join(root, 'scripts/write-api-doc.js'), '--check'];
    expect(() => execFileSync(process.execPath, args, { stdio: 'pipe' })).not.toThrow();
  });
});

describe('the running server', () => {
  let at: MachineDoor;
  let manage: string;
  let check: string;
  let id: string;
  /** Statuses that each operation has answered with. */
  const given = new Map<string, Set<string>>();

  beforeAll(async () => {
    at = await openMachineDoor();
    manage = `Bearer ${await at.issue('desk', 'services:manage')}`;
    check = `Bearer ${await at.issue('phone', 'check:ada')}`;
    id = (await at.services.find({ name: 'ada', realm: 'blue' }))!.id;
  });
  afterAll(() => at[Symbol.asyncDispose]());

  /** Asks, and holds the answer to what the document says of it. */
  async function ask(name: string, init: RequestInit = {}, service = id) {
    const [method = '', path = ''] = name.split(' ');
    const url = `/_auth/api/v1${path.replace('{id}', service)}`;
    const answer = await at.send(url, { ...init, method });
    const { operation } = documented.find((one) => one.name === name)!;
    const reference = operation.responses[answer.status];
    expect(reference, `${name} answered ${answer.status}: ${answer.text}`).toBeDefined();
    const { content, headers = {} } = resolve(reference!);
    for (const header of Object.keys(headers)) expect(answer.headers.has(header)).toBe(true);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    if (content === undefined) expect(answer.text).toBe('');
    else {
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      const { schema } = content['application/json'];
      const body = schemaOf(schema).safeParse(JSON.parse(answer.text));
      expect(body.error, `${name} answered ${answer.text}`).toBeUndefined();
    }
    given.set(name, (given.get(name) ?? new Set()).add(String(answer.status)));
    return answer;
  }

  const withAuth = (authorization: string): RequestInit => ({ headers: { authorization } });
  const NEEDY = documented.map(({ name }) => name).filter((name) => name !== 'POST /session');
  const BODIES = ['POST /check', 'POST /services/verify', 'POST /services', 'PATCH /services/{id}'];
  const authFor = (name: string) => (name === 'POST /check' ? check : manage);

  it.each(NEEDY)('%s: 401 for nobody', async (name) => {
    expect((await ask(name)).status).toBe(401);
    expect((await ask(name, withAuth('Bearer nobody-issued-this'))).status).not.toBe(200);
  });

  it.each(NEEDY.filter((name) => name !== 'GET /me'))('%s: 403 beyond a scope', async (name) => {
    const other = name === 'POST /check' ? manage : check;
    expect((await ask(name, withAuth(other))).status).toBe(403);
  });

  it.each([...BODIES, 'POST /session'])('%s: 415, 413 and 400 for unfit bodies', async (name) => {
    const authorization = name === 'POST /session' ? undefined : authFor(name);
    const headers = {
      'content-type': 'text/plain',
      ...(authorization !== undefined && { authorization }),
    };
    expect((await ask(name, { headers, body: 'x' })).status).toBe(415);
    expect((await ask(name, json(BIG, authorization))).status).toBe(413);
    for (const body of ['[]', '{', 'null', '"x"', '{"code":["1"],"name":1,"groups":"x"}']) {
      expect((await ask(name, json(body, authorization))).status).toBe(400);
    }
  });

  it.each(NEEDY.filter((name) => name.includes('{id}')))('%s: 404 for nothing', async (name) => {
    const init = name.startsWith('GET') ? withAuth(manage) : json({}, manage);
    expect((await ask(name, init, 'nothing')).status).toBe(404);
  });

  it('says who is calling', async () => {
    expect(JSON.parse((await ask('GET /me', withAuth(check))).text)).toMatchObject({
      kind: 'bearer',
      name: 'phone',
      scopes: ['check:ada'],
    });
    const self = await ask('GET /me', withAuth(otp('ada', 'blue', at.code())));
    expect(JSON.parse(self.text)).toMatchObject({ kind: 'service', name: 'ada', realm: 'blue' });
  });

  it('checks a person’s code, once', async () => {
    const question = json({ code: at.code(), user: 'ada' }, check);
    expect((await ask('POST /check', question)).text).toBe('{"valid":true}');
    expect((await ask('POST /check', question)).text).toBe('{"valid":false}');
  });

  it('lets services vouch: the auth realm asks, the admin realm manages, others do neither', async () => {
    at.nextStep();
    const proof = () => ({ name: 'backup', realm: 'monitoring', code: at.code() });
    const asWeb = () => otp('web', 'ungleich-auth', at.code());
    const verify = (authorization: string) =>
      ask('POST /services/verify', json(proof(), authorization));
    expect((await verify(asWeb())).text).toBe('{"valid":true}');
    expect((await verify(manage)).text).toBe('{"valid":false}');
    at.nextStep();
    expect((await ask('GET /services', withAuth(asWeb()))).status).toBe(403);
    expect((await verify(otp('ada', 'blue', at.code()))).status).toBe(403);
    const asRoot = otp('root', 'ungleich-admin', at.code());
    expect((await ask('GET /services', withAuth(asRoot))).status).toBe(200);
  });

  it('trades a code for a pass, and nothing else for one', async () => {
    at.nextStep();
    const traded = await ask('POST /session', withAuth(otp('web', 'ungleich-auth', at.code())));
    expect(traded.status).toBe(201);
    const { token } = JSON.parse(traded.text);
    expect((await ask('GET /me', bearer(token))).status).toBe(200);
    expect((await ask('POST /session', bearer(token))).status).toBe(403);
    expect((await ask('POST /session')).status).toBe(401);
  });

  it('leads a service through its life', async () => {
    const made = await ask('POST /services', json({ name: 'ci', realm: 'build' }, manage));
    expect(made.status).toBe(201);
    const service = JSON.parse(made.text);
    expect((await ask('POST /services', json({ name: 'ci', realm: 'build' }, manage))).status).toBe(
      409,
    );
    const list = await ask('GET /services', withAuth(manage));
    expect(list.text).not.toContain(service.seed);
    const shown = await ask('GET /services/{id}', withAuth(manage), service.id);
    expect(shown.text).not.toContain(service.seed);
    const change = (body: unknown) =>
      ask('PATCH /services/{id}', json(body, manage, 'PATCH'), service.id);
    expect((await change({ name: 'ada', realm: 'blue' })).status).toBe(409);
    const changed = JSON.parse((await change({ name: 'ci2', groups: ['crew'] })).text);
    expect(changed).toMatchObject({ name: 'ci2', realm: 'build', groups: ['crew'] });
    const rotated = await ask('POST /services/{id}/rotate', withAuth(manage), service.id);
    expect(JSON.parse(rotated.text).seed).not.toBe(service.seed);
    expect((await ask('DELETE /services/{id}', withAuth(manage), service.id)).status).toBe(204);
    expect((await ask('DELETE /services/{id}', withAuth(manage), service.id)).status).toBe(404);
  });

  it('bad input: over-long and strange names are refused, never 5xx', async () => {
    const names = ['', ' x', 'x\u0000', 'ü'.repeat(129), '\u{1f9ff}'.repeat(129), '\ud800'];
    for (const name of names) {
      const answer = await ask('POST /services', json({ name, realm: 'blue' }, manage));
      expect(answer.status).toBe(400);
    }
    const fits = '\u{1f9ff}'.repeat(128);
    expect((await ask('POST /services', json({ name: fits, realm: 'blue' }, manage))).status).toBe(
      201,
    );
    const groups = { name: 'g', realm: 'blue', groups: ['a,b'] };
    expect((await ask('POST /services', json(groups, manage))).status).toBe(400);
  });

  it.each([
    ['PUT', '/services'],
    ['HEAD', '/me'],
    ['DELETE', '/services'],
    ['GET', '/services/verify'],
  ])('405 with Allow for %s %s', async (method, path) => {
    const answer = await at.send(`/_auth/api/v1${path}`, { method, ...withAuth(manage) });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toMatch(/^[A-Z, ]+$/);
  });

  it.each(['', '/', '/me/', '/ME', '/services/', '/services/a/b', '/services/%61da', '/x'])(
    '404 for %j',
    async (path) => {
      expect((await at.send(`/_auth/api/v1${path}`, withAuth(manage))).status).toBe(404);
    },
  );

  it('a cookie is worth nothing here, and Sallyport-Authorization is', async () => {
    const headers = { 'sallyport-authorization': check, authorization: 'Basic YXBwOngxMjM=' };
    expect((await ask('GET /me', { headers })).status).toBe(200);
    expect((await ask('GET /me', { headers: { cookie: 'sallyport=x' } })).status).toBe(401);
  });

  // Last: the source of every test here has to wait from now on.
  it('429 for too many wrong codes and bearers', async () => {
    for (const _ of MANY) await ask('POST /check', json({ code: '000000' }, check));
    expect((await ask('POST /check', json({ code: '000000' }, check))).status).toBe(429);
    const wrong = json({ name: 'backup', realm: 'monitoring', code: '000000' }, manage);
    for (const _ of MANY) await ask('POST /services/verify', wrong);
    for (const _ of MANY) await ask('GET /me', withAuth('Bearer nobody-issued-this'));
    for (const name of NEEDY) {
      expect((await ask(name, withAuth('Bearer nobody-issued-this'))).status).toBe(429);
    }
    const code = { name: 'web', realm: 'nowhere', code: '000000' };
    expect((await ask('POST /session', json(code))).status).toBe(429);
  });

  it('has given every answer that the document promises', () => {
    for (const { name, operation } of documented) {
      const statuses = [...(given.get(name) ?? [])].toSorted();
      expect({ name, statuses }).toEqual({ name, statuses: Object.keys(operation.responses) });
    }
  });
});

function resolve(node: Reference): Reference {
  if (node.$ref === undefined) return node;
  const steps = node.$ref.replace('#/', '').split('/');
  return resolve(steps.reduce((value, step) => value[step], document));
}

/** The schema with the document's others beside it, where JSON Schema looks for them. */
function schemaOf(schema: object) {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}
