/** The store in parts, as many container platforms hand it over: `POSTGRES_HOST` and its like. @module */
import { accepted, type Parsed } from '../core/parsed.ts';
import { type PostgresPlace, parseSslMode } from '../core/postgres-url.ts';
import { Secret } from '../core/secret.ts';
import { ENVIRONMENT } from './environment.ts';
import type { ConfigProblem } from './problem.ts';
import { readTextFile } from './read-file.ts';
import type { Environment } from './substitute.ts';

/** A place, or what is wrong with the variables. */
export interface PostgresParts {
  /** Undefined where no host is named, or where something is wrong. */
  readonly place: PostgresPlace | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** What an environment without a host says. */
export const NO_PARTS: PostgresParts = { place: undefined, problems: [] };

/** Reads the parts; without `POSTGRES_HOST` the others are some other program's. */
export function readPostgresParts(env: Environment): PostgresParts {
  const read = (name: string) => env[name]?.trim() ?? '';
  const host = read('POSTGRES_HOST');
  if (host === '') return NO_PARTS;
  const problems: ConfigProblem[] = [];
  const refuse = (path: string, problem: string, remedy: string) =>
    void problems.push({ file: ENVIRONMENT, line: 0, column: 0, path, problem, remedy });
  const database = read('POSTGRES_DB');
  if (database === '')
    refuse('POSTGRES_DB', 'is missing beside POSTGRES_HOST', 'set it to the name of the database');
  const user = read('POSTGRES_USERNAME');
  if (user === '')
    refuse(
      'POSTGRES_USERNAME',
      'is missing beside POSTGRES_HOST',
      'set it to the user of the database',
    );
  const port = read('POSTGRES_PORT') || '5432';
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535) {
    refuse('POSTGRES_PORT', 'is no port', 'write a number from 1 to 65535');
  }
  const mode = read('POSTGRES_SSLMODE');
  const sslmode = mode === '' ? accepted(undefined) : parseSslMode(mode);
  if (!sslmode.ok) refuse('POSTGRES_SSLMODE', sslmode.refusal.problem, sslmode.refusal.remedy);
  const password = readPassword(env);
  if (!password.ok)
    refuse('POSTGRES_PASSWORD_FILE', password.refusal.problem, password.refusal.remedy);
  if (problems.length > 0 || !sslmode.ok || !password.ok) return { place: undefined, problems };
  const place = { host, port: Number(port), database, user };
  return { place: { ...place, password: password.value, sslmode: sslmode.value }, problems };
}

function readPassword(env: Environment): Parsed<Secret | undefined> {
  const { POSTGRES_PASSWORD: inline = '', POSTGRES_PASSWORD_FILE: file = '' } = env;
  if (file === '') return accepted(inline === '' ? undefined : new Secret(inline));
  if (inline !== '') {
    const problem = 'stands beside POSTGRES_PASSWORD, and only one of them can be meant';
    return { ok: false, refusal: { problem, remedy: 'keep one of them' } };
  }
  const text = readTextFile(file);
  return text.ok ? accepted(new Secret(text.value.replace(/\r?\n$/, ''))) : text;
}
