/** Why an address cannot be listened on, in a sentence for the operator. @module */
import { codeOf } from '../core/error-code.ts';
import { formatListenAddress, type ListenAddress } from '../core/listen-address.ts';

/** The setting that names the address. */
export type ListenKey = 'listen' | 'admin.listen';

/** Says what to do about an error of Node's `listen`, and which setting to look at. */
export function bindProblem(key: ListenKey, address: ListenAddress, error: unknown): string {
  const where = formatListenAddress(address);
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Another program already listens on ${where}; stop it, or ${ANOTHER_ADDRESS[key]}.`;
    case 'EACCES':
      return `This user may not listen on ${where}; use a port above 1023 or grant the right to bind it.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${address.host}; correct \`${key}\`.`;
    default:
      return `Could not listen on ${where}: ${error instanceof Error ? error.message : error}.`;
  }
}

const ANOTHER_ADDRESS: Readonly<Record<ListenKey, string>> = {
  listen: 'set another `listen` address (without a configuration file, SALLYPORT_PORT)',
  'admin.listen': 'set another `admin.listen` address, or write `admin: off`',
};
