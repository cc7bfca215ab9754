/** Looking after services: what the admin realm may do. @module */
import { type OwnIdentity, otpAuthorization } from './credentials.ts';
import { SallyportError } from './errors.ts';
import { ask, failureOf, type Transport, textOf } from './transport.ts';

/** A service as the door lists it. */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly realm: string;
}

/** A service with its seed, in base32: keep it, the door shows it once. */
export interface ServiceWithSeed extends Service {
  readonly seed: string;
}

/** What the admin realm does with services; each method throws `SallyportError`. */
export interface ServiceManagement {
  list(): Promise<readonly Service[]>;
  /** Undefined: there is none. */
  get(id: string): Promise<Service | undefined>;
  create(service: { readonly name: string; readonly realm: string }): Promise<ServiceWithSeed>;
  /** Changes name, realm or both; the seed stays. */
  rename(
    id: string,
    change: { readonly name?: string; readonly realm?: string },
  ): Promise<Service | undefined>;
  /** False: there was none. */
  remove(id: string): Promise<boolean>;
  /** The seed once more; the door's audit remembers it. */
  readSeed(id: string): Promise<ServiceWithSeed | undefined>;
  /** A new seed; the old one is dead at once. */
  rotateSeed(id: string): Promise<ServiceWithSeed | undefined>;
}

/** @param url  of the realms API, without a slash at its end */
export function createServiceManagement(
  url: string,
  own: OwnIdentity,
  transport: Transport,
): ServiceManagement {
  const send = async (method: string, path: string, body?: object) => {
    const authorization = await otpAuthorization(own);
    const question = { url: `${url}${path}`, method, authorization };
    const reply = await ask(transport, body === undefined ? question : { ...question, body });
    if (reply.status === 404) return undefined;
    if (reply.status >= 200 && reply.status < 300) return reply.document ?? true;
    throw failureOf(reply);
  };
  const at = (id: string, more = '') => `/${encodeURIComponent(id)}/${more}`;
  return {
    async list() {
      const document = await send('GET', '/');
      if (!Array.isArray(document)) throw notADoor();
      return document.map(serviceIn);
    },
    get: async (id) => when(await send('GET', at(id)), serviceIn),
    async create({ name, realm }) {
      const made = when(await send('POST', '/', { name, realm }), seededIn);
      if (made === undefined) throw notADoor();
      return made;
    },
    rename: async (id, change) => when(await send('PATCH', at(id), change), serviceIn),
    remove: async (id) => (await send('DELETE', at(id))) !== undefined,
    readSeed: async (id) => when(await send('GET', at(id, 'seed/')), seededIn),
    rotateSeed: async (id) => when(await send('POST', at(id, 'seed/')), seededIn),
  };
}

const when = <T>(document: unknown, read: (document: unknown) => T): T | undefined =>
  document === undefined ? undefined : read(document);

const serviceIn = (document: unknown): Service => ({
  id: textOf(document, 'id'),
  name: textOf(document, 'name'),
  realm: textOf(document, 'realm'),
});

const seededIn = (document: unknown): ServiceWithSeed => ({
  ...serviceIn(document),
  seed: textOf(document, 'seed'),
});

const notADoor = () => new SallyportError('unexpected', 'There is no realms API at this address');
