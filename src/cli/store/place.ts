/** The databases that `store copy` can be told of. @module */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DEFAULT_STORE } from '../../config/schema-store.ts';
import { addressOfPlace } from '../../config/store.ts';
import { parsePostgresUrl } from '../../core/postgres-url.ts';
import type { StoreAddress } from '../../core/store-address.ts';
import { findInstallation } from '../administration.ts';
import type { ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readNamedFile } from '../named-file.ts';

/**
 * Reads `config`, `sqlite:PATH`, a `postgres://` URL, or `file:PATH` of a file that holds one:
 * everybody on the machine can see a command line, so that a password needs the file.
 *
 * @throws CommandError; the text is never repeated, a password may be in it
 */
export async function placeOf(io: Io, options: ConfigOption, text: string): Promise<StoreAddress> {
  if (text === 'config') return (await findInstallation(io, options)).address;
  if (/^sqlite:./.test(text)) return sqliteAt(resolve(text.slice(7)));
  if (/^file:./.test(text)) return addressIn(readNamedFile(resolve(text.slice(5))).trim());
  return addressIn(text);
}

function addressIn(url: string): StoreAddress {
  const place = parsePostgresUrl(url);
  if (place.ok) return addressOfPlace(place.value, DEFAULT_STORE, {});
  throw new CommandError(
    `The place of a store ${place.refusal.problem}: write config, sqlite:PATH, postgres://… ` +
      'or file:PATH.',
    EXIT.usage,
  );
}

function sqliteAt(path: string): StoreAddress {
  if (existsSync(dirname(path))) return { kind: 'sqlite', path };
  throw new CommandError(`There is no folder ${dirname(path)}: make it first.`, EXIT.failed);
}
