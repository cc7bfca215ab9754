/** What a configuration may do, but an operator should know. @module */
import type { Config } from './config.ts';
import { isLoopback } from './loopback.ts';

/** One sentence for each risk that the operator has chosen. */
export function findWarnings(config: Config): readonly string[] {
  const warnings: string[] = [];
  const isReachable = config.listen.some(({ host }) => !isLoopback(host));
  if (config.auth.signup === 'open' && isReachable) {
    warnings.push(
      'auth.signup is open, and the door listens on more than this machine: everyone who reaches it can make an account. Write signup: invite unless that is meant.',
    );
  }
  const { admin, publicUrl } = config;
  if (admin !== undefined && !isLoopback(admin.listen.host)) {
    warnings.push(
      `admin.listen is ${admin.listen.host}, which is more than this machine: whoever reaches it reads metrics and health without signing in. Keep it on a network of your own.`,
    );
  }
  if (publicUrl?.protocol === 'http:' && !isLoopback(publicUrl.hostname)) {
    warnings.push(
      `public_url is plain http (${publicUrl.origin}): passwords, codes and cookies can be read on the way. Put TLS in front and write https.`,
    );
  }
  for (const network of config.trustedProxies) {
    if (!network.endsWith('/0')) continue;
    warnings.push(
      `trusted_proxies holds ${network}, which is everyone: any client can claim any address. Name the networks of your own proxies.`,
    );
  }
  return warnings;
}
