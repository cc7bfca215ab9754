/** A bearer as the commands show one. @module */
import type { Bearer } from '../../store/contract.ts';

/** The JSON document of one bearer, without its token; times are ISO 8601, in UTC. */
export const bearerDocument = (bearer: Bearer) => ({
  name: bearer.name,
  scopes: bearer.scopes,
  created_at: isoTime(bearer.createdAtMs),
  expires_at: isoTime(bearer.expiresAtMs),
  last_used_at: bearer.lastUsedAtMs === null ? null : isoTime(bearer.lastUsedAtMs),
});

const isoTime = (ms: number) => new Date(ms).toISOString();
