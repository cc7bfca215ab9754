/** The project's own files, as the house rules read them. @module */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The checkout. */
export const ROOT = join(import.meta.dirname, '../..');

export interface Source {
  /** Relative to the checkout, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file under one folder of the checkout. */
export function readSources(folder: string): readonly Source[] {
  const root = join(ROOT, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(root, name), 'utf8') }))
    .sort((a, b) => a.path.localeCompare(b.path));
}

/** Every file that belongs to the project: tracked by git, or about to be. */
export function listProjectFiles(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const names = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return names.filter((name) => name !== '' && existsSync(join(ROOT, name)));
}

export interface Import {
  /** The importing file. */
  readonly from: string;
  /** Another file of ours relative to the checkout, or a package's name. */
  readonly to: string;
  readonly isOwn: boolean;
}

// Declarations begin a line; what a string or a comment holds does not count.
const STATIC = /^(?:import|export)\s(?:[^;'"]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Every import of a file, type imports and re-exports included. */
export function listImports({ path, text }: Source): readonly Import[] {
  const code = withoutComments(text);
  const targets = [...code.matchAll(STATIC), ...code.matchAll(DYNAMIC)].map((match) => match[1]!);
  return targets.map((target) => {
    const isOwn = target.startsWith('.');
    const to = isOwn ? relative(ROOT, join(ROOT, dirname(path), target)) : packageOf(target);
    return { from: path, to, isOwn };
  });
}

/** Blanks comments out, so that words in them are not taken for code. Lines keep their numbers. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/[^\n]*/g, '$1');
}

function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}
