/** Links that the operator hands to somebody; the token in them is the secret. @module */
import type { Config } from '../config/config.ts';
import { formatListenAddress, type ListenAddress } from '../core/listen-address.ts';
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
 * the loopback one.
 */
export function urlAuthority({ host, port }: ListenAddress): string {
  const callable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return formatListenAddress({ host: callable, port });
}
