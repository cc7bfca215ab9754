/** Caddy, directive `forward_auth`. @module */
import type { Dialect } from './dialect.ts';
import { forwardedFamily } from './forwarded-family.ts';

/**
 * Caddy asks with GET and the client's headers, handshakes included, and sets the
 * forwarded family itself.
 *
 * @see https://caddyserver.com/docs/caddyfile/directives/forward_auth
 */
export const caddy: Dialect = forwardedFamily;
