/** Routes for tables: only what a case is about needs to be said. @module */
import type { Route } from '../../src/routing/contract.ts';

export function route(changes: Partial<Route> = {}): Route {
  return {
    name: changes.path ?? '/',
    host: undefined,
    path: '/',
    methods: undefined,
    access: { kind: 'signed-in' },
    upstream: { origin: 'http://127.0.0.1:1' },
    preserveHost: true,
    allowEncodedSlash: false,
    origins: [],
    limits: {
      connectTimeoutMs: 10_000,
      firstByteTimeoutMs: 10_000,
      idleTimeoutMs: 10_000,
      maxBodyBytes: undefined,
    },
    ...changes,
  };
}

/** Node's flat header list from pairs. */
export function lines(...pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.flat();
}
