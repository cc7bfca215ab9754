/** Rows as the old databases export them, whatever their shape. @module */
import * as z from 'zod';
import type { RealmsConfig } from '../../config/config.ts';
import { Secret } from '../../core/secret.ts';
import { parseCsv } from './csv.ts';

/** A service as it was elsewhere. */
export interface ExportedService {
  readonly name: string;
  readonly realm: string;
  readonly seed: Secret;
}

/** A row, or what is wrong with it; no sentence holds a seed. */
export type ExportedRow =
  | { readonly ok: true; readonly service: ExportedService }
  | { readonly ok: false; readonly problem: string };

const text = z.union([z.string(), z.number().transform(String)]);
const triple = z.object({ name: text, realm: text, seed: text });
const older = z.object({
  appname: text,
  username: text,
  seed: text,
  trusted: z
    .union([z.boolean(), text])
    .transform((value) => /^(?:true|t|1|yes)$/i.test(`${value}`)),
});
// `dumpdata` wraps each row; the primary key beside the fields means nothing here.
const dumped = z.object({ fields: z.record(z.string(), z.unknown()) });

/**
 * Reads a JSON array or CSV with a head line. Two shapes are known: name, realm, seed; and
 * the older appuuid, appname, username, seed, trusted, whose trusted apps may verify others
 * and whose other apps are in a realm named after their user.
 *
 * @returns undefined where the text is neither
 */
export function readExportedRows(
  content: string,
  realms: Pick<RealmsConfig, 'adminRealm' | 'authRealm'>,
): readonly ExportedRow[] | undefined {
  const rows = /^\s*[[{]/.test(content.replace(/^\ufeff/, ''))
    ? parseJsonRows(content)
    : parseCsv(content)?.map((row) => Object.fromEntries(row));
  return rows?.map((row) => readRow(row, realms));
}

function parseJsonRows(content: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(content.replace(/^\ufeff/, ''));
    if (!Array.isArray(value)) return undefined;
    return value.map((row: unknown) => dumped.safeParse(row).data?.fields ?? row);
  } catch {
    return undefined;
  }
}

function readRow(
  row: unknown,
  { adminRealm, authRealm }: Pick<RealmsConfig, 'adminRealm' | 'authRealm'>,
): ExportedRow {
  const plain = triple.safeParse(row);
  if (plain.success) return service(plain.data.name, plain.data.realm, plain.data.seed);
  const app = older.safeParse(row);
  if (!app.success) {
    return {
      ok: false,
      problem: 'has neither name, realm, seed nor appname, username, seed, trusted',
    };
  }
  const { appname, username, seed, trusted } = app.data;
  const realm = username.trim();
  // Else a user of that name would have given all their apps the right to manage.
  if (!trusted && (realm === adminRealm || realm === authRealm)) {
    return { ok: false, problem: `is of user ${JSON.stringify(realm)}, which is a reserved realm` };
  }
  return service(appname, trusted ? authRealm : realm, seed);
}

const service = (name: string, realm: string, seed: string): ExportedRow => ({
  ok: true,
  service: { name: name.trim(), realm: realm.trim(), seed: new Secret(seed) },
});
