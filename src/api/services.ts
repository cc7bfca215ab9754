/** `/services`: services as programs list, make, change and verify them. @module */
import { mayManageServices } from '../accounts/bearer-scopes.ts';
import type { Caller } from '../accounts/callers.ts';
import type {
  SeededService,
  Service,
  ServiceActor,
  ServiceRefusal,
} from '../accounts/services-contract.ts';
import { isGroupName, MAX_GROUPS } from '../core/group-name.ts';
import { type Answer, forbidden, found, missing, refusal, throttled } from './answer.ts';
import { type Fields, NO_PROOF, proofIn, readFields, textOf } from './body.ts';
import type { ApiDeps } from './contract.ts';
import type { Endpoint, Visit } from './endpoint.ts';

/** Builds the endpoints about services. */
export function serviceEndpoints(deps: ApiDeps): readonly Endpoint[] {
  const { services } = deps;
  const managed =
    (answer: (visit: Visit, actor: ServiceActor) => Promise<Answer>) =>
    (visit: Visit, caller: Caller) =>
      mayManage(deps, caller) ? answer(visit, actorOf(visit, caller)) : forbidden(NOT_MANAGING);
  return [
    {
      method: 'GET',
      path: '/services',
      forCaller: managed(async () => found((await services.list()).map(documentOf))),
    },
    { method: 'POST', path: '/services', forCaller: managed((v, actor) => add(deps, v, actor)) },
    { method: 'POST', path: '/services/verify', forCaller: (v, caller) => verify(deps, v, caller) },
    {
      method: 'GET',
      path: '/services/{id}',
      forCaller: managed(async ({ id }) => documentOr404(await services.get(id))),
    },
    {
      method: 'PATCH',
      path: '/services/{id}',
      forCaller: managed((v, actor) => change(deps, v, actor)),
    },
    {
      method: 'DELETE',
      path: '/services/{id}',
      forCaller: managed(async ({ id }, actor) =>
        (await services.remove(id, actor)) ? { status: 204 } : missing(NO_SERVICE),
      ),
    },
    {
      method: 'POST',
      path: '/services/{id}/rotate',
      forCaller: managed(async ({ id }, actor) => {
        const rotated = await services.rotate(id, actor);
        return rotated === undefined ? missing(NO_SERVICE) : found(seededDocument(rotated));
      }),
    },
  ];
}

const NO_SERVICE = 'There is no such service.';
const NOT_MANAGING = 'Only services:manage, or a service of the administrators, manages services.';

function mayManage({ realms }: ApiDeps, caller: Caller): boolean {
  return caller.kind === 'bearer'
    ? mayManageServices(caller.bearer)
    : caller.identity.realm === realms.adminRealm;
}

const actorOf = ({ attempt }: Visit, caller: Caller): ServiceActor => ({
  ...attempt,
  by: caller.kind === 'bearer' ? `bearer ${caller.bearer.name}` : caller.identity.name,
});

async function verify(deps: ApiDeps, { req, attempt }: Visit, caller: Caller): Promise<Answer> {
  const isAsking = caller.kind === 'service' && caller.identity.realm === deps.realms.authRealm;
  if (!isAsking && !mayManage(deps, caller)) return forbidden(NOT_MANAGING);
  const body = await readFields(req);
  if (!body.ok) return refusal(body.refusal);
  const proof = proofIn(body.fields);
  if (proof === undefined) return NO_PROOF;
  const voucher =
    caller.kind === 'service' ? await deps.services.get(caller.identity.id) : undefined;
  const vouched = { ...attempt, ...(voucher && { voucher }) };
  const verified = await deps.services.verify(proof, vouched, { reuse: 'once' });
  if (verified.ok) return found({ valid: true });
  return verified.reason === 'throttled'
    ? throttled(verified.retryAfterSec)
    : found({ valid: false });
}

async function add({ services }: ApiDeps, { req }: Visit, actor: ServiceActor): Promise<Answer> {
  const body = await readFields(req);
  if (!body.ok) return refusal(body.refusal);
  const [name, realm] = [textOf(body.fields, 'name'), textOf(body.fields, 'realm')];
  const groups = groupsOf(body.fields);
  if (name === undefined || realm === undefined) {
    return refusal({ code: 'E_FORM_INVALID', message: 'Send name and realm as texts.' });
  }
  if (groups === 'bad') return BAD_GROUPS;
  const added = await services.add({ name, realm, ...(groups && { groups }) }, actor);
  return added.ok ? found(seededDocument(added), 201) : refusedService(added.reason);
}

async function change(
  { services }: ApiDeps,
  { req, id }: Visit,
  actor: ServiceActor,
): Promise<Answer> {
  const body = await readFields(req);
  if (!body.ok) return refusal(body.refusal);
  const groups = groupsOf(body.fields);
  if (groups === 'bad') return BAD_GROUPS;
  const service = await services.get(id);
  if (service === undefined) return missing(NO_SERVICE);
  const to = {
    name: textOf(body.fields, 'name') ?? service.name,
    realm: textOf(body.fields, 'realm') ?? service.realm,
  };
  if (to.name !== service.name || to.realm !== service.realm) {
    const renamed = await services.rename(id, to, actor);
    if (renamed === undefined) return missing(NO_SERVICE);
    if (!renamed.ok) return refusedService(renamed.reason);
  }
  if (groups !== undefined) await services.setGroups(id, groups, actor);
  return documentOr404(await services.get(id));
}

function groupsOf(fields: Fields): readonly string[] | undefined | 'bad' {
  const value = fields.get('groups');
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MAX_GROUPS) return 'bad';
  return value.every((group) => typeof group === 'string' && isGroupName(group)) ? value : 'bad';
}

const BAD_GROUPS = refusal({
  code: 'E_FORM_INVALID',
  message: `groups is a list of up to ${MAX_GROUPS} names of groups.`,
});

function refusedService(reason: ServiceRefusal): Answer {
  const code = reason === 'name-taken' ? 'E_NAME_TAKEN' : 'E_FORM_INVALID';
  return refusal({ code, message: REFUSALS[reason] });
}

const REFUSALS: Readonly<Record<ServiceRefusal, string>> = {
  'bad-name': 'No service can have this name.',
  'bad-realm': 'No service can have this realm.',
  'bad-seed': 'The seed is no base32 secret.',
  'name-taken': 'There is a service of this name and realm.',
};

const documentOr404 = (service: Service | undefined): Answer =>
  service === undefined ? missing(NO_SERVICE) : found(documentOf(service));

const documentOf = ({ id, name, realm, groups, createdAtMs }: Service) => ({
  id,
  name,
  realm,
  groups,
  created_at: new Date(createdAtMs).toISOString(),
});

/** The one time that the seed is shown. */
const seededDocument = ({ service, seed, uri }: SeededService) => ({
  ...documentOf(service),
  seed: seed.reveal(),
  otpauth_uri: uri.reveal(),
});
