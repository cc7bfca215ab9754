/** Which other sites share a sign-in with the door's own. @module */
import type { Config } from '../config/config.ts';
import { isWithinDomain } from '../core/host-name.ts';

/**
 * Origins of the hosts that have a route below `session.cookie_domain`: only where
 * the session is known may a sign-in lead, and only where a host is written out.
 */
export function returnOriginsOf(config: Config): ReadonlySet<string> {
  const { cookieDomain } = config.session;
  if (cookieDomain === undefined) return new Set();
  const scheme = config.publicUrl?.protocol ?? 'https:';
  const port = config.publicUrl?.port ?? '';
  return new Set(
    config.routes.flatMap(({ host }) => {
      const name = host?.replace(/:\d+$/, '');
      if (host === undefined || name === undefined || !isWithinDomain(name, cookieDomain))
        return [];
      // A route that names no port is for every port; people come by that of the door.
      const hasPort = host !== name || port === '';
      return [`${scheme}//${host}${hasPort ? '' : `:${port}`}`];
    }),
  );
}
