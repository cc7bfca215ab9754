/** What is wrong with a configuration, where, and what would be right. @module */

/** Keys and list positions from the root: `['routes', 0, 'path']`. */
export type Path = readonly (string | number)[];

/** Whether a value was written by the operator, rather than being a default. */
export type IsGiven = (path: Path) => boolean;

/** A fault, by the key that it concerns; its place in the file is found later. */
export interface Finding {
  readonly path: Path;
  /** Continues a sentence that begins with the path: `"jupyter" does not start with a slash`. */
  readonly problem: string;
  /** An instruction: `write /jupyter`. */
  readonly remedy: string;
  /** Point at the key rather than at its value. */
  readonly isAboutKey?: true;
  /** Values that the fault compares; [path] by default. Without them it says nothing. */
  readonly compares?: readonly Path[];
}

/** One fault of a configuration file. No field ever holds a secret. */
export interface ConfigProblem {
  readonly file: string;
  /** Counted from 1; 0 where the file could not be read at all. */
  readonly line: number;
  readonly column: number;
  /** `routes[0].path`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Writes `config.yaml:12:5: routes[0].path: what is wrong — what would be right`. */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.line > 0 ? `:${problem.line}:${problem.column}` : '';
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${problem.file}${place}: ${path}${problem.problem} — ${problem.remedy}`;
}

/** Writes a path as people read it; a key that is no plain word appears in quotes. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[\w-]{1,64}$/.test(part)) return `${text}[${JSON.stringify(part.slice(0, 64))}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Whether `path` is `ancestor` or lies within it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.every((part, i) => part === path[i]);
}
