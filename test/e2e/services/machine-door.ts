/** A door with a person, services and bearers; real sockets, real SQLite. @module */
import { createBearers } from '../../../src/accounts/bearers.ts';
import { codeAt, stepAt } from '../../../src/accounts/totp.ts';
import { systemRandom as random } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import { openDataDir } from '../../../src/data-dir/data-dir.ts';
import { createConfiguredServices } from '../../../src/machines/apis.ts';
import { createLog } from '../../../src/telemetry/logger.ts';
import { answerEach, EMPTY_200, startRecordingUpstream } from '../../proxy/recording-upstream.ts';
import { openTestDoor } from '../test-door.ts';

export const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const STEP_MS = 30_000;

/** One in each kind of realm; all have {@link SEED}. */
const SERVICES = [
  ['backup', 'monitoring'],
  ['root', 'ungleich-admin'],
  ['web', 'ungleich-auth'],
  ['ada', 'blue'],
] as const;

export interface MachineDoorOptions {
  readonly yaml?: string;
}

/** Opens it; routes: `/open`, `/people`, `/metrics` for a realm, `/crew` for a group. */
export async function openMachineDoor({ yaml = '' }: MachineDoorOptions = {}) {
  const clock = { ms: 1_800_000_000_000, nowMs: () => clock.ms };
  const upstream = await startRecordingUpstream(answerEach(EMPTY_200));
  const to = `upstream: "${upstream.upstream.origin}"`;
  const door = await openTestDoor({
    clock,
    yaml: [
      'routes:',
      `  - { name: open, path: /open, access: public, ${to} }`,
      `  - { name: metrics, path: /metrics, access: { realms: [monitoring] }, ${to} }`,
      `  - { name: crew, path: /crew, access: { groups: [crew] }, ${to} }`,
      '  - { name: off, path: /off, access: deny }',
      `  - { name: people, path: /, access: signed-in, ${to} }`,
      'log: { requests: all }',
      // Hashing a password for each of a hundred doors would be most of their time.
      'auth: { factors: [totp] }',
      yaml,
    ].join('\n'),
  });
  const { storeKeys } = await openDataDir(door.config.dataDir, { random });
  const ground = { store: door.store, clock, random };
  const log = createLog({ level: 'silent', format: 'json' });
  const services = createConfiguredServices({ ...ground, config: door.config, storeKeys, log });
  const bearers = createBearers({ ...ground, audit: () => {} });
  for (const [name, realm] of SERVICES) {
    await services.add({ name, realm, seed: new Secret(SEED) }, { source: 'cli', by: 'cli' });
  }
  await door.administration.addUser({
    name: 'Ada',
    password: undefined,
    totpSecret: new Secret(SEED),
    groups: [],
  });
  const send = async (path: string, init: RequestInit = {}) => {
    const res = await fetch(door.origin + path, { redirect: 'manual', ...init });
    return { status: res.status, text: await res.text(), headers: res.headers };
  };
  return {
    ...{ door, clock, upstream, services, bearers, send },
    /** The code of {@link SEED}, `offset` steps from now. */
    code(offset = 0) {
      const key = { secret: SEED, algorithm: 'SHA1', digits: 6, periodSec: 30 } as const;
      return codeAt(key, stepAt(clock.ms, 30) + offset);
    },
    nextStep: () => {
      clock.ms += STEP_MS;
    },
    async issue(name: string, ...scopes: readonly string[]) {
      const made = await bearers.issue({ name, scopes, lifetimeMs: 3_600_000 });
      if (!made.ok) throw new Error(made.reason);
      return made.token.reveal();
    },
    /** The last request that the upstream has seen, its head. */
    seen: () => upstream.received().split('\r\n\r\n').at(-2) ?? '',
    reached: () => upstream.requestLines().length,
    async [Symbol.asyncDispose]() {
      await door[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

export type MachineDoor = Awaited<ReturnType<typeof openMachineDoor>>;

/** Headers of a bearer. */
export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A JSON document, with a bearer or another `Authorization`. */
export const json = (body: unknown, authorization?: string, method = 'POST'): RequestInit => ({
  method,
  headers: {
    'content-type': 'application/json',
    ...(authorization !== undefined && { authorization }),
  },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const otp = (name: string, realm: string, code: string) =>
  `OTP name="${name}", realm="${realm}", token="${code}"`;

export const basic = (name: string, realm: string, code: string) =>
  `Basic ${Buffer.from(`${name}@${realm}:${code}`).toString('base64')}`;
