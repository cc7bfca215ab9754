/** `${VAR}` and `${VAR:-default}` within one text. @module */
import { accepted, type Parsed, refused } from '../core/parsed.ts';

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text after substitution. */
export interface Substituted {
  readonly text: string;
  /** Names of the variables it was made from; empty where there were none. */
  readonly variables: readonly string[];
}

const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?/g;

/**
 * Puts the environment's values into a text. It works on a scalar that YAML has
 * already been read into, so that no value can add keys or lists to the file.
 *
 * As in a shell, the default also stands in for an empty variable. `$${` is a
 * literal `${`.
 */
export function substitute(text: string, env: Environment): Parsed<Substituted> {
  const variables: string[] = [];
  let isMalformed = false;
  let unset: string | undefined;
  const result = text.replace(REFERENCE, (match, name?: string, fallback?: string) => {
    if (match === '$${') return '${';
    if (name === undefined) {
      isMalformed = true;
      return '';
    }
    variables.push(name);
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) unset ??= name;
    return value ?? '';
  });
  if (isMalformed) {
    return refused(
      `has a \${ that starts no variable`,
      `write \${NAME} or \${NAME:-default}, or $\${ for these two characters themselves`,
    );
  }
  if (unset !== undefined) {
    return refused(
      `needs the environment variable ${unset}, which is not set`,
      `set it, or give it a default: \${${unset}:-…}`,
    );
  }
  return accepted({ text: result, variables });
}
