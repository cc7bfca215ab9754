import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, SallyportError } from '../../src/client/client.ts';
import { openRealmsDoor, SEED } from '../realms/realms-door.ts';

type Door = Awaited<ReturnType<typeof openRealmsDoor>>;
let door: Door;
beforeAll(async () => {
  door = await openRealmsDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

const clientOf = (name: string, realm: string, over: { seed?: string; url?: string } = {}) =>
  createClient({ url: door.url, seed: SEED, name, realm, now: () => door.clock.ms, ...over });
const failing = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof SallyportError ? error.code : error),
  );

describe('verify', () => {
  it('says whether a service is who it says', async () => {
    const client = clientOf('web', 'ungleich-auth');
    const proof = { name: 'ada', realm: 'blue', token: door.code() };
    expect(await client.verify(proof)).toEqual({ ok: true });
    const refused = { ok: false, reason: 'refused' };
    expect(await client.verify({ ...proof, token: '000000' })).toEqual(refused);
    expect(await client.verify({ ...proof, name: 'nobody' })).toEqual(refused);
  });

  it('takes an address with a slash at its end', async () => {
    const client = clientOf('web', 'ungleich-auth', { url: `${door.url}/` });
    const proof = { name: 'ada', realm: 'blue', token: door.code() };
    expect(await client.verify(proof)).toEqual({ ok: true });
  });

  it('tells our own faults from the other’s', async () => {
    const proof = { name: 'ada', realm: 'blue', token: door.code() };
    const stranger = clientOf('stranger', 'ungleich-auth');
    expect(await failing(stranger.verify(proof))).toBe('caller-refused');
    expect(await failing(clientOf('web', 'ungleich-auth').verify({ ...proof, name: '' }))).toBe(
      'invalid',
    );
    const nowhere = clientOf('web', 'ungleich-auth', { url: 'http://127.0.0.1:9/x' });
    expect(await failing(nowhere.verify(proof))).toBe('unreachable');
  });
});

describe('services', () => {
  it('are made, read, renamed, given new seeds, and removed', async () => {
    const { services } = clientOf('root', 'ungleich-admin');
    const made = await services.create({ name: 'käse', realm: 'jobs' });
    const { seed, ...listed } = made;
    expect(await services.list()).toContainEqual(listed);
    expect(await services.get(made.id)).toEqual(listed);
    expect(await services.readSeed(made.id)).toEqual(made);
    const proof = { name: 'käse', realm: 'jobs', token: door.code(0, seed) };
    expect(await clientOf('web', 'ungleich-auth').verify(proof)).toEqual({ ok: true });
    expect(await services.rename(made.id, { realm: 'cold' })).toEqual({ ...listed, realm: 'cold' });
    expect((await services.rotateSeed(made.id))?.seed).not.toBe(seed);
    expect(await services.remove(made.id)).toBe(true);
    expect(await services.remove(made.id)).toBe(false);
    expect(await services.get(made.id)).toBeUndefined();
    expect(await services.rename(made.id, { name: 'x' })).toBeUndefined();
  });

  it('are the admin realm’s alone, and problems have the door’s words', async () => {
    const { services } = clientOf('web', 'ungleich-auth');
    expect(await failing(services.list())).toBe('not-allowed');
    expect(await failing(clientOf('x', 'y').services.list())).toBe('caller-refused');
    const root = clientOf('root', 'ungleich-admin');
    const taken = root.services.create({ name: 'ada', realm: 'blue' });
    await expect(taken).rejects.toMatchObject({
      code: 'invalid',
      details: { non_field_errors: ['The fields name, realm must make a unique set.'] },
    });
  });

  it('can be managed by a service with quotes in its name', async () => {
    await door.add('a "\\ ü 🚪', 'ungleich-admin');
    const { services } = clientOf('a "\\ ü 🚪', 'ungleich-admin');
    expect((await services.list()).length).toBeGreaterThan(2);
  });
});

/** Something that answers anything; what is no door must not pass for one. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const seen: { authorization: string | undefined; body: string }[] = [];
  const server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk) => {
      text += chunk;
    });
    req.on('end', () => {
      seen.push({ authorization: req.headers.authorization, body: text });
      res.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('what is no door', () => {
  it.each<[number, string, Record<string, string>?]>([
    [200, 'OK'],
    [200, '{"status":"ok"}'],
    [200, '{}'],
    [200, 'null'],
    [204, ''],
    [302, '', { location: '/elsewhere' }],
    [404, '{"detail":"Not found."}'],
    [500, '{"status":"OK"}'],
  ])('never verifies anybody: %i %s', async (status, body, headers = {}) => {
    using other = await answering(status, body, headers);
    const client = clientOf('web', 'ungleich-auth', { url: other.url });
    const asked = client.verify({ name: 'a', realm: 'b', token: '1' });
    expect(await failing(asked)).toBe('unexpected');
    expect(other.seen).toHaveLength(1);
  });

  it('waits as long as it is told to', async () => {
    using other = await answering(200, '{"status":"OK"}');
    const slow: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const client = createClient({
      ...{ url: other.url, name: 'a', realm: 'b', seed: SEED },
      ...{ fetch: slow, timeoutMs: 20 },
    });
    expect(await failing(client.verify({ name: 'a', realm: 'b', token: '1' }))).toBe('unreachable');
  });
});
