/** Traefik, middleware `forwardAuth`. @module */
import type { Dialect } from './dialect.ts';
import { forwardedFamily } from './forwarded-family.ts';

/**
 * Traefik sets the forwarded family itself and copies the client's other headers.
 * It cannot edit a header of the request, but it replaces those that
 * `authResponseHeaders` names by ours: so the answer carries the other cookies. It
 * resolves our `Location` against the address of the check, which no browser reaches.
 *
 * @see https://doc.traefik.io/traefik/middlewares/http/forwardauth/
 */
export const traefik: Dialect = {
  ...forwardedFamily,
  editsHeaders: false,
  resolvesLocation: true,
};
