/** Links that the operator hands to somebody; the token in them is the secret. @module */
import type { Config, ListenAddress } from '../config/config.ts';
import type { Secret } from '../core/secret.ts';

/** Where an invited person signs up. */
export const signUpLink = (config: Config, token: Secret): string =>
  `${originOf(config)}${config.prefix}/signup?invite=${token.reveal()}`;

/** Where an existing person enrols a new app. */
export const enrolLink = (config: Config, token: Secret): string =>
  `${originOf(config)}${config.prefix}/enrol?token=${token.reveal()}`;

/** What browsers use, else the first address that the door listens on. */
function originOf({ publicUrl, listen }: Config): string {
  if (publicUrl !== undefined) return publicUrl.origin;
  const first = listen[0];
  return first === undefined ? '' : `http://${urlAuthority(first)}`;
}

/**
 * An address that a program on this machine can call: "every address" becomes
 * the loopback one, and IPv6 gets its brackets.
 */
export function urlAuthority({ host, port }: ListenAddress): string {
  const callable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${callable.includes(':') ? `[${callable}]` : callable}:${port}`;
}
