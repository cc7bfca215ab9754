/** Envoy, filter `ext_authz` with an HTTP service. @module */
import { type Dialect, disbelieve, original } from './dialect.ts';

/**
 * Envoy asks with the original method and `Host`, and appends the original target
 * to `path_prefix`: no header carries either, so each that claims to is refused.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter
 */
export const envoy: Dialect = {
  carriers: [],
  appendsTarget: true,
  answers: 'page',
  editsHeaders: true,
  resolvesLocation: false,
  read: ({ method, host, scheme, rest }) =>
    rest.startsWith('/')
      ? original({ method, host, scheme, target: rest })
      : disbelieve('no address is appended to the path of the check'),
};
