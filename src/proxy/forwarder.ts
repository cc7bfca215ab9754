/** The forwarder: what has been let through goes to its upstream, byte for byte. @module */
import { createConnections } from './connections.ts';
import type { Forwarder, ForwarderDeps } from './contract.ts';
import type { ExchangeDeps } from './exchange.ts';
import { FieldNames } from './field-names.ts';
import { forwardHttp } from './http-forwarder.ts';
import { createUpgradeForwarder } from './upgrade-forwarder.ts';

/** Spellings of header names kept; a busy door sees a few hundred. */
const KNOWN_NAMES = 2_048;
/** As long as nginx lingers. */
const LINGER_MS = 5_000;
/** A revoked session's connections end within two seconds, the close frame included. */
const GRACE_MS = 1_000;

/** Builds the forwarder; to close it closes its connections to every upstream. */
export function createForwarder(deps: ForwarderDeps): Forwarder {
  const { connections = createConnections() } = deps;
  const { pools, live } = connections;
  const shared: ExchangeDeps = {
    ...deps,
    ...connections,
    names: new FieldNames(KNOWN_NAMES),
    lingerMs: LINGER_MS,
    graceMs: GRACE_MS,
  };
  return {
    forward: (req, res, order) => forwardHttp(shared, req, res, order),
    forwardUpgrade: createUpgradeForwarder(shared),
    endLive: () => live.endAll(),
    async close() {
      live.endAll();
      await pools.close();
    },
  };
}
