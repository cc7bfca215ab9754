/** `{prefix}/` and `{prefix}/<id>/`: the admin realm looks after services. @module */
import type {
  SeededService,
  Service,
  ServiceActor,
  ServiceName,
  ServiceRefusal,
} from '../accounts/services-contract.ts';
import { type Answer, type FieldErrors, NOT_FOUND } from './answer.ts';
import type { Fields } from './body.ts';
import { rulesOf } from './caller.ts';
import type { RealmsDeps } from './contract.ts';
import { readAll } from './fields.ts';

/** A request whose caller may manage. */
export interface ManagementRequest {
  readonly fields: Fields;
  readonly actor: ServiceActor;
}

/** What one method does at one address; `id` is '' where the address has none. */
export type Operation = (
  deps: RealmsDeps,
  request: ManagementRequest,
  id: string,
) => Promise<Answer>;

const NAMES = ['name', 'realm'] as const;

/** Every service, without seeds. */
export const list: Operation = async ({ services }) => ({
  status: 200,
  body: (await services.list()).map(document),
});

/** A new service; its seed is in this answer, and in no later one by itself. */
export const create: Operation = async ({ services, policy }, { fields, actor }) => {
  const read = readAll(fields, NAMES, rulesOf(policy));
  if (!read.ok) return { status: 400, body: read.errors };
  const [name, realm] = read.texts;
  const added = await services.add({ name, realm }, actor);
  return added.ok
    ? { status: 201, body: seedDocument(added) }
    : { status: 400, body: errorsOf(added.reason) };
};

/** One service. */
export const read: Operation = async ({ services }, _request, id) => {
  const service = await services.get(id);
  return service === undefined ? NOT_FOUND : { status: 200, body: document(service) };
};

/** Name and realm anew; the seed is read-only. */
export const replace: Operation = (deps, request, id) =>
  rename(deps, request, { id, names: NAMES });

/** What is sent of name and realm. */
export const update: Operation = (deps, request, id) =>
  rename(deps, request, { id, names: NAMES.filter((name) => request.fields.has(name)) });

/** The service and its seed are gone. */
export const remove: Operation = async ({ services }, { actor }, id) =>
  (await services.remove(id, actor)) ? { status: 204 } : NOT_FOUND;

/** The seed once more; the audit remembers who asked. */
export const readSeed: Operation = async ({ services }, { actor }, id) =>
  seedAnswer(await services.readSeed(id, actor));

/** A new seed; the old one is dead. */
export const rotateSeed: Operation = async ({ services }, { actor }, id) =>
  seedAnswer(await services.rotate(id, actor));

async function rename(
  { services, policy }: RealmsDeps,
  { fields, actor }: ManagementRequest,
  what: { readonly id: string; readonly names: readonly ('name' | 'realm')[] },
): Promise<Answer> {
  const before = await services.get(what.id);
  if (before === undefined) return NOT_FOUND;
  const sent = readAll(fields, what.names, rulesOf(policy));
  if (!sent.ok) return { status: 400, body: sent.errors };
  const changes = Object.fromEntries(what.names.map((name, i) => [name, sent.texts[i]]));
  const to: ServiceName = { name: before.name, realm: before.realm, ...changes };
  const renamed = await services.rename(what.id, to, actor);
  if (renamed === undefined) return NOT_FOUND;
  return renamed.ok
    ? { status: 200, body: document(renamed.service) }
    : { status: 400, body: errorsOf(renamed.reason) };
}

const document = ({ id, name, realm }: Service) => ({ id, name, realm });

const seedDocument = ({ service, seed }: SeededService) => ({
  ...document(service),
  seed: seed.reveal(),
});

const seedAnswer = (seeded: SeededService | undefined): Answer =>
  seeded === undefined ? NOT_FOUND : { status: 200, body: seedDocument(seeded) };

const UNFIT = ['This field holds characters that no name can have.'];

function errorsOf(reason: ServiceRefusal): FieldErrors {
  switch (reason) {
    case 'bad-name':
      return { name: UNFIT };
    case 'bad-realm':
      return { realm: UNFIT };
    case 'bad-seed':
      return { seed: ['This is no base32 seed.'] };
    case 'name-taken':
      return { non_field_errors: ['The fields name, realm must make a unique set.'] };
    default:
      return reason satisfies never;
  }
}
