/** Every table, in the order in which rows can be put in. @module */
import type { Tables } from './schema.ts';

/**
 * The primary key of each table, those first that others refer to. A table that is in the
 * schema and not here does not compile: a copy without it would be no copy.
 */
export const KEY_OF_TABLE = {
  meta: 'key',
  principal: 'id',
  credential: 'id',
  session: 'sid',
  revocation: 'id',
  invite: 'id',
  bearer: 'id',
  flow: 'id',
  throttle: 'key',
} as const satisfies { readonly [T in keyof Tables]: keyof Tables[T] & string };

/** The names, in that order. */
export const TABLES = Object.keys(KEY_OF_TABLE) as readonly (keyof Tables)[];
