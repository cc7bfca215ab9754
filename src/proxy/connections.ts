/** What forwarders of one process share, however often its configuration changes. @module */
import type { Duplex } from 'node:stream';
import { LiveExchanges } from './live-exchanges.ts';
import { Pools } from './pools.ts';

/** Connections on both sides of the door. */
export interface Connections {
  readonly pools: Pools;
  readonly live: LiveExchanges;
  /** Connections on which a request's end was in doubt; nothing more is read from them. */
  readonly distrusted: WeakSet<Duplex>;
}

/** Builds the connections of a process; there are none yet. */
export const createConnections = (): Connections => ({
  pools: new Pools(),
  live: new LiveExchanges(),
  distrusted: new WeakSet(),
});
