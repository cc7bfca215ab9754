/** The tables as the newest migration leaves them. @module */
import type { Generated } from 'kysely';
import { z } from 'zod';
import { DoorError } from '../core/errors.ts';
import type { CredentialKind } from './contract/credentials.ts';
import type { InviteKind } from './contract/invites.ts';
import type { PrincipalKind } from './contract/principals.ts';

/** A JSON array of strings, so that a list needs no table and no dialect's array type. */
type StringList = string;

interface MetaTable {
  key: string;
  value: string;
}

/** A principal; unique by kind, realm and canonical name. */
export interface PrincipalTable {
  id: string;
  kind: PrincipalKind;
  realm: string;
  name: string;
  canonical_name: string;
  groups: StringList;
  created_at_ms: number;
  disabled_at_ms: number | null;
}

interface CredentialTable {
  id: string;
  principal_id: string;
  kind: CredentialKind;
  label: string;
  sealed: string;
  last_step: number;
  created_at_ms: number;
}

interface SessionTable {
  sid: string;
  principal_id: string;
  amr: StringList;
  created_at_ms: number;
  expires_at_ms: number;
}

/** An entry of the revocation feed; the database gives the id. */
export interface RevocationTable {
  id: Generated<number>;
  sid: string;
  expires_at_ms: number;
  /** PostgreSQL draws one for each entry; a SQLite file is never put back under a process. */
  nonce: Generated<string>;
}

/** An open invite; a spent one has no row. */
export interface InviteTable {
  id: string;
  kind: InviteKind;
  token_hash: string;
  groups: StringList;
  principal_id: string | null;
  created_at_ms: number;
  expires_at_ms: number;
}

/** A bearer; a revoked one has no row. */
export interface BearerTable {
  id: string;
  name: string;
  token_hash: string;
  scopes: StringList;
  created_at_ms: number;
  expires_at_ms: number;
  last_used_at_ms: number | null;
}

interface FlowTable {
  id: string;
  sealed: string;
  expires_at_ms: number;
}

interface ThrottleTable {
  key: string;
  failures: number;
  last_failure_ms: number;
  day_start_ms: number;
  day_attempts: number;
  /** By the store's own clock, so that `purge` knows what nobody needs any more. */
  touched_at_ms: number;
}

/** Every table by name. */
export interface Tables {
  meta: MetaTable;
  principal: PrincipalTable;
  credential: CredentialTable;
  session: SessionTable;
  revocation: RevocationTable;
  invite: InviteTable;
  bearer: BearerTable;
  flow: FlowTable;
  throttle: ThrottleTable;
}

/** Writes a list for a {@link StringList} column. */
export const toStringList = (values: readonly string[]): StringList => JSON.stringify(values);

/**
 * Reads a {@link StringList} column.
 *
 * @throws DoorError `E_STORE_DOWN` when somebody has edited it into something else
 */
export function fromStringList(text: StringList): readonly string[] {
  try {
    return stringList.parse(JSON.parse(text));
  } catch (error) {
    throw new DoorError('E_STORE_DOWN', 'A list in the database is damaged.', error);
  }
}

const stringList = z.array(z.string());
