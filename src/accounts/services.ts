/** Services: principals that machines prove to be, kept beside people in the one store. @module */
import {
  addService,
  findService,
  getService,
  readSeed,
  removeService,
  renameService,
  rotateSeed,
  setServiceGroups,
} from './services-administration.ts';
import type { Services } from './services-contract.ts';
import { createServiceTools, type ServicesDeps } from './services-deps.ts';
import { serviceOf } from './services-names.ts';
import { verifyProof } from './services-proof.ts';

/** Every rule about services, over one store. */
export function createServices(deps: ServicesDeps): Services {
  const tools = createServiceTools(deps);
  return {
    verify: (proof, attempt, policy) => verifyProof(tools, proof, { attempt, policy }),
    list: async () => (await tools.store.listPrincipals('service')).map(serviceOf),
    get: (id) => getService(tools, id),
    find: (name) => findService(tools, name),
    add: (service, actor) => addService(tools, service, actor),
    remove: (id, actor) => removeService(tools, id, actor),
    rotate: (id, actor) => rotateSeed(tools, id, actor),
    readSeed: (id, actor) => readSeed(tools, id, actor),
    rename: (id, to, actor) => renameService(tools, { id, to, actor }),
    setGroups: (id, groups, actor) => setServiceGroups(tools, { id, groups, actor }),
  };
}
