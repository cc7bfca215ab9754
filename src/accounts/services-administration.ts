/** What operators and the admin realm do to services; every change is audited. @module */
import { randomToken } from '../core/ports.ts';
import { Secret } from '../core/secret.ts';
import type { Account, Principal } from '../store/contract.ts';
import { openTotp, totpCredential } from './credentials.ts';
import { canonicalGroups } from './groups.ts';
import { isPersonsName } from './machine-names.ts';
import type {
  SeededService,
  Service,
  ServiceActor,
  ServiceName,
  ServiceRefusal,
  Services,
} from './services-contract.ts';
import type { ServiceTools } from './services-deps.ts';
import { fullNameOf, isRealmText, isServiceText, serviceOf } from './services-names.ts';
import { createTotpSecret, parseTotpSecret, type TotpKey, totpUri } from './totp.ts';

/** Makes a service; the seed is the given one or new. */
export async function addService(
  tools: ServiceTools,
  wanted: Parameters<Services['add']>[0],
  actor: ServiceActor,
): ReturnType<Services['add']> {
  const { clock, envelope, random, store, totp } = tools;
  const { name, realm } = wanted;
  const problem = nameProblem(tools, wanted);
  if (problem !== undefined) return { ok: false, reason: problem };
  if (await isPersonsName(store, wanted)) return { ok: false, reason: 'name-taken' };
  const secret =
    wanted.seed === undefined
      ? createTotpSecret(totp.algorithm, random)
      : parseTotpSecret(wanted.seed.reveal());
  if (secret === undefined) return { ok: false, reason: 'bad-seed' };
  const principal: Principal = {
    id: randomToken(random, 16),
    kind: 'service',
    realm,
    name,
    canonicalName: name,
    groups: canonicalGroups(wanted.groups ?? []),
    createdAtMs: clock.nowMs(),
    disabledAtMs: null,
  };
  const key = { ...totp, secret };
  const credential = totpCredential({ envelope, random, principalId: principal.id }, key, -1);
  const registration = { principal, credentials: [credential], inviteId: null };
  const outcome = await store.register(registration, clock.nowMs());
  if (outcome !== 'created') return { ok: false, reason: 'name-taken' };
  remember(tools, 'service-added', { service: principal, actor });
  return { ok: true, ...seeded(tools, principal, key) };
}

/** @returns undefined where there is no such service */
export async function getService(tools: ServiceTools, id: string): Promise<Service | undefined> {
  const account = await accountOf(tools, id);
  return account && serviceOf(account.principal);
}

/** @returns undefined where there is no such service */
export async function findService(
  tools: ServiceTools,
  { name, realm }: ServiceName,
): Promise<Service | undefined> {
  if (nameProblem(tools, { name, realm }) !== undefined) return undefined;
  const account = await tools.store.findAccount('service', realm, name);
  return account && serviceOf(account.principal);
}

/** @returns whether there was such a service */
export async function removeService(
  tools: ServiceTools,
  id: string,
  actor: ServiceActor,
): Promise<boolean> {
  const account = await accountOf(tools, id);
  if (account === undefined || !(await tools.store.removePrincipal(id))) return false;
  remember(tools, 'service-removed', { service: account.principal, actor });
  return true;
}

/** The old seed dies in the transaction that brings the new one. */
export async function rotateSeed(
  tools: ServiceTools,
  id: string,
  actor: ServiceActor,
): Promise<SeededService | undefined> {
  const { clock, envelope, random, store, totp } = tools;
  const account = await accountOf(tools, id);
  if (account === undefined) return undefined;
  const key = { ...totp, secret: createTotpSecret(totp.algorithm, random) };
  const outcome = await store.replaceCredentials({
    principalId: id,
    kinds: ['totp'],
    credentials: [totpCredential({ envelope, random, principalId: id }, key, -1)],
    inviteId: null,
    nowMs: clock.nowMs(),
  });
  if (outcome !== 'replaced') return undefined;
  remember(tools, 'service-rotated', { service: account.principal, actor });
  return seeded(tools, account.principal, key);
}

/** @returns undefined where there is no such service */
export async function readSeed(
  tools: ServiceTools,
  id: string,
  actor: ServiceActor,
): Promise<SeededService | undefined> {
  const account = await accountOf(tools, id);
  const credential = account?.credentials.find(({ kind }) => kind === 'totp');
  if (account === undefined || credential === undefined) return undefined;
  remember(tools, 'service-seed-read', { service: account.principal, actor });
  return seeded(tools, account.principal, openTotp(tools.envelope, credential));
}

/** Keeps id, seed and groups. */
export async function renameService(
  tools: ServiceTools,
  { id, to, actor }: { id: string; to: ServiceName; actor: ServiceActor },
): ReturnType<Services['rename']> {
  const account = await accountOf(tools, id);
  if (account === undefined) return undefined;
  const problem = nameProblem(tools, to);
  if (problem !== undefined) return { ok: false, reason: problem };
  if (await isPersonsName(tools.store, to)) return { ok: false, reason: 'name-taken' };
  const { name, realm } = to;
  const outcome = await tools.store.rename(id, { name, realm, canonicalName: name });
  if (outcome === 'no-principal') return undefined;
  if (outcome === 'name-taken') return { ok: false, reason: 'name-taken' };
  remember(tools, 'service-renamed', { service: to, actor });
  return { ok: true, service: { ...serviceOf(account.principal), name, realm } };
}

/** @returns whether there was such a service */
export async function setServiceGroups(
  tools: ServiceTools,
  what: { id: string; groups: readonly string[]; actor: ServiceActor },
): Promise<boolean> {
  const account = await accountOf(tools, what.id);
  const groups = canonicalGroups(what.groups);
  if (account === undefined || !(await tools.store.setGroups(what.id, groups))) return false;
  remember(tools, 'service-groups-set', { service: account.principal, actor: what.actor });
  return true;
}

/** People have ids too, and nothing here may touch them. */
async function accountOf(tools: ServiceTools, id: string): Promise<Account | undefined> {
  const account = await tools.store.getAccount(id);
  return account?.principal.kind === 'service' ? account : undefined;
}

function nameProblem(
  { maxLength }: ServiceTools,
  { name, realm }: ServiceName,
): ServiceRefusal | undefined {
  if (!isServiceText(name, maxLength)) return 'bad-name';
  return isRealmText(realm, maxLength) ? undefined : 'bad-realm';
}

function seeded(tools: ServiceTools, principal: Principal, key: TotpKey): SeededService {
  const service = serviceOf(principal);
  const label = { issuer: tools.totp.issuer, name: fullNameOf(service) };
  return { service, seed: new Secret(key.secret), uri: new Secret(totpUri(key, label)) };
}

type Remembered =
  | 'service-added'
  | 'service-removed'
  | 'service-rotated'
  | 'service-seed-read'
  | 'service-renamed'
  | 'service-groups-set';

function remember(
  { audit }: ServiceTools,
  type: Remembered,
  { service, actor }: { readonly service: ServiceName; readonly actor: ServiceActor },
): void {
  audit({ ...actor, type, name: fullNameOf(service) });
}
