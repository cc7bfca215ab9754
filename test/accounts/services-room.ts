/** The rules about services on a real store, with time held still and every event kept. @module */

import { createServices } from '../../src/accounts/services.ts';
import type { ServiceProof, VerifyPolicy } from '../../src/accounts/services-contract.ts';
import type { ServicesDeps } from '../../src/accounts/services-deps.ts';
import { codeAt, stepAt } from '../../src/accounts/totp.ts';
import type { AuditEvent } from '../../src/audit/events.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { Secret } from '../../src/core/secret.ts';
import { openStore } from '../../src/store/open.ts';
import { attempt, generous } from './room.ts';

export const actor = { source: 'cli', by: 'cli' };
export const ALLOW: VerifyPolicy = { reuse: 'allow' };
export const ONCE: VerifyPolicy = { reuse: 'once' };
export const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export async function openServices(over: Partial<ServicesDeps> = {}) {
  const clock = { ms: 1_800_000_000_000, nowMs: () => clock.ms };
  const store =
    over.store ??
    (await openStore({ address: { kind: 'sqlite', path: ':memory:' }, clock, random }));
  const events: AuditEvent[] = [];
  const deps: ServicesDeps = {
    store,
    storeKeys: { currentId: 'k1', keys: new Map([['k1', random.bytes(32)]]) },
    clock,
    random,
    audit: (event) => events.push(event),
    throttle: generous,
    totp: { issuer: 'Sallyport', digits: 6, periodSec: 30, algorithm: 'SHA1' },
    window: 3,
    maxLength: 128,
    ...over,
  };
  const services = createServices(deps);
  const codeOf = (seed: string, offset = 0) =>
    codeAt({ ...deps.totp, secret: seed }, stepAt(clock.ms, deps.totp.periodSec) + offset);
  return {
    services,
    store,
    clock,
    deps,
    events,
    codeOf,
    async add(name: string, realm = 'blue', seed = SEED) {
      const added = await services.add({ name, realm, seed: new Secret(seed) }, actor);
      if (!added.ok) throw new Error(added.reason);
      return added.service;
    },
    verify: (proof: Partial<ServiceProof>, policy = ALLOW, from = attempt) =>
      services.verify({ name: 'ada', realm: 'blue', code: '000000', ...proof }, from, policy),
  };
}
