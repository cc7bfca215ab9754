/** A door with services, and what its clients send; real sockets, real SQLite. @module */
import type { ServiceActor } from '../../src/accounts/services-contract.ts';
import { codeAt, stepAt } from '../../src/accounts/totp.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { Secret } from '../../src/core/secret.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { createConfiguredServices } from '../../src/machines/apis.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { openTestDoor } from '../e2e/test-door.ts';

export const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const OK = { status: 200, text: '{"status":"OK"}' };
export const BAD_CREDENTIALS = {
  status: 403,
  text: '{"detail":"Incorrect authentication credentials."}',
};
export const NO_PERMISSION = {
  status: 403,
  text: '{"detail":"You do not have permission to perform this action."}',
};

const actor: ServiceActor = { source: 'cli', by: 'cli' };
/** No test here is about waiting, but for those that say so. */
const PATIENT = `
auth:
  throttle:
    source: { free: 1000, per_day: 1000000 }
    account: { free: 1000, per_day: 60 }
    device: { free: 1000, per_day: 40 }`;

/** Opens a door with one service in each kind of realm, all with {@link SEED}. */
export async function openRealmsDoor(
  options: { readonly realms?: string; readonly more?: string } = {},
) {
  const clock = { ms: 1_800_000_000_000, nowMs: () => clock.ms };
  const door = await openTestDoor({
    yaml: `upstream: http://127.0.0.1:9\nrealms: { enabled: true${options.realms ?? ''} }${options.more ?? PATIENT}`,
    clock,
  });
  const { storeKeys } = await openDataDir(door.config.dataDir, { random });
  const services = createConfiguredServices({
    ...{ config: door.config, store: door.store, storeKeys, clock, random },
    log: createLog({ level: 'silent', format: 'json' }),
  });
  const add = async (name: string, realm: string, seed = SEED) => {
    const added = await services.add({ name, realm, seed: new Secret(seed) }, actor);
    if (!added.ok) throw new Error(added.reason);
    return added.service;
  };
  await add('root', 'ungleich-admin');
  await add('web', 'ungleich-auth');
  await add('ada', 'blue');
  const code = (offset = 0, seed = SEED) => {
    const key = { secret: seed, algorithm: 'SHA1', digits: 6, periodSec: 30 } as const;
    return codeAt(key, stepAt(clock.ms, 30) + offset);
  };
  const url = `${door.origin}/ungleichotp`;
  const send = async (path: string, init: RequestInit = {}) => {
    const res = await fetch(url + path, { redirect: 'manual', ...init });
    return { status: res.status, text: await res.text(), headers: res.headers };
  };
  const post = async (path: string, body: unknown) => {
    const { status, text } = await send(path, json('POST', body));
    return { status, text };
  };
  return {
    ...{ door, clock, services, url, add, code, send, post },
    /** The first generation's request, as everything about it is right. */
    question: (over: Record<string, unknown> = {}) => ({
      ...{ name: 'web', realm: 'ungleich-auth', token: code() },
      ...{ verifyname: 'ada', verifyrealm: 'blue', verifytoken: code() },
      ...over,
    }),
    otp: (name = 'root', realm = 'ungleich-admin', token = code()) => ({
      authorization: `OTP name="${name}", realm="${realm}", token="${token}"`,
    }),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  };
}

export const json = (method: string, body: unknown, headers: Record<string, string> = {}) => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const form = (body: Record<string, string>) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(body).toString(),
});
