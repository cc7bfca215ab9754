/** The header lines that we vouch for towards upstreams. @module */
import type { Identity } from '../core/identity.ts';
import type { RequestContext } from './contract.ts';

/** A line as it goes on the wire. */
export type HeaderLine = readonly [name: string, value: string];

/** Lines about the way of the request, from what we have verified alone. */
export function forwardedLines(context: RequestContext, chain: string): HeaderLine[] {
  const lines: HeaderLine[] = [
    ['X-Forwarded-For', chain],
    ['X-Forwarded-Proto', context.scheme],
    ['X-Request-Id', context.requestId],
  ];
  if (context.host !== '') lines.push(['X-Forwarded-Host', context.host]);
  return lines;
}

/**
 * Lines about the person, or about a service with its realm; none for strangers.
 *
 * @throws RangeError for a control character, which must never get this far
 */
export function identityLines(identity: Identity): readonly HeaderLine[] {
  const { realm } = identity;
  return [
    ['Remote-User', fieldValue(identity.name)],
    // A comma inside a group's name would make the upstream see two groups.
    ['Remote-Groups', identity.groups.map((g) => fieldValue(g).replaceAll(',', '%2C')).join(',')],
    // Nobody but a machine has a realm: some person of an older installation may be called like one.
    ...(realm === undefined ? [] : [['Remote-Realm', fieldValue(realm)] as const]),
  ];
}

/** UTF-8 bytes, each as one character, as Node and undici write header values. */
function fieldValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) throw new RangeError('control character in an identity');
  return Buffer.from(text, 'utf8').toString('latin1');
}
