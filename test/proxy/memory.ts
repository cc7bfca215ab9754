/** How much memory is really in use. @module */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of buffers that somebody still holds; what waits to be collected does not count. */
export function heldBytes(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}
