/** The gateway that asks, as the configuration names it. @module */
import { isNavigation } from '../auth/navigation.ts';
import type { Config } from '../config/config.ts';
import { stripOwnCookies } from '../proxy/own-cookies.ts';
import type { ForwardAuth } from '../routing/forward-auth/contract.ts';
import { returnOriginsOf } from './return-origins.ts';

/** With what its answers need from other rooms; undefined where no gateway asks. */
export function forwardAuthOf(
  config: Config,
  ownCookieNames: ReadonlySet<string>,
): ForwardAuth | undefined {
  const { forwardAuth: gateway } = config;
  if (gateway === undefined) return undefined;
  return {
    gateway,
    returnOrigins: returnOriginsOf(config),
    isNavigation,
    stripOwnCookies: (line) => stripOwnCookies(line, ownCookieNames),
  };
}
