/** Loads a configuration from text, as a file in a folder of its own. @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { formatProblem, loadConfig } from '../../src/config/load.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Further files of the folder, by name. */
type Files = Readonly<Record<string, string>>;

const FILE = 'config.yaml';

/** Loads `text`; the folder is gone afterwards, and absent from what is returned. */
export function loadText(text: string | Buffer, env: Env = {}, files: Files = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const file = join(folder, FILE);
    writeFileSync(file, text);
    return { folder, result: loadConfig({ file, env }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The configuration that `text` makes; throws its problems. */
export function configOf(text: string, env: Env = {}, files: Files = {}): Config {
  const { result } = loadText(text, env, files);
  if (result.ok) return result.config;
  throw new Error(result.problems.map(formatProblem).join('\n'));
}

/** The problems of `text` as an operator reads them, without the folder's name. */
export function problemsOf(text: string | Buffer, env: Env = {}, files: Files = {}): string[] {
  const { folder, result } = loadText(text, env, files);
  if (result.ok) return [];
  return result.problems.map((p) => formatProblem(p).replace(`${folder}/`, ''));
}
