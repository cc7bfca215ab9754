/** What knows visitors by their cookies, under one configuration. @module */
import type { KnownBrowsers } from '../session/contract.ts';
import { createKnownBrowsers } from '../session/known-browsers.ts';
import type { LiveSessions } from '../session/sessions.ts';
import type { AppDeps } from './contract.ts';
import { cookiePolicyOf } from './cookie-policy.ts';
import type { Lasting } from './lasting.ts';

/** Sessions and marks, as this configuration writes their cookies. */
export interface Visitors {
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
  readonly sessions: LiveSessions;
  readonly browsers: KnownBrowsers;
}

/** Builds it over the sessions of the process; the cookies' names join those that it knows. */
export function createVisitors(deps: AppDeps, lasting: Lasting): Visitors {
  const { config, sealKeys: keys, clock, random } = deps;
  const policy = cookiePolicyOf(config);
  const sessions = lasting.sessions.under(policy);
  for (const name of sessions.ownCookieNames) lasting.ownCookieNames.add(name);
  const browsers = createKnownBrowsers({ keys, clock, random, policy });
  return { isSecure: policy.secure, sessions, browsers };
}
