/** Which requests are questions of a gateway. @module */

/**
 * What follows `{prefix}/check` in a raw target, or undefined where that is not
 * what is asked for: exactly this path, or whatever begins with it where the
 * gateway appends the original target.
 */
export function questionIn(
  target: string,
  { prefix, appendsTarget }: { readonly prefix: string; readonly appendsTarget: boolean },
): string | undefined {
  const path = `${prefix}/check`;
  if (!target.startsWith(path)) return undefined;
  const rest = target.slice(path.length);
  return appendsTarget || rest === '' || rest.startsWith('?') ? rest : undefined;
}

/** The head that Node's parser gave up on, as far as it has arrived; undefined for anything else. */
export function brokenTarget(error: Error): string | undefined {
  const packet = (error as { readonly rawPacket?: unknown }).rawPacket;
  if (!Buffer.isBuffer(packet)) return undefined;
  const line = packet.toString('latin1', 0, MAX_REQUEST_LINE).split('\r\n', 1)[0] ?? '';
  return /^\S+ (\S+)/.exec(line)?.[1];
}

const MAX_REQUEST_LINE = 1024;
