/** Where the root keys are, out of settings and files. @module */
import { resolve } from 'node:path';
import { Secret } from '../core/secret.ts';
import type { Config } from './config.ts';
import type { Finding } from './problem.ts';
import { readTextFile } from './read-file.ts';
import type { KeysSettings } from './schema-keys.ts';

/** Where the keys are, and what is wrong with the file that holds them. */
export interface LoadedKeys {
  readonly keys: Config['keys'];
  readonly findings: readonly Finding[];
}

/** Reads `rings_file`; the rings themselves are whoever's who uses them. */
export function loadKeys(settings: KeysSettings, baseDir: string): LoadedKeys {
  const { file, rings, rings_file: ringsFile, rotate_after: rotateAfterMs } = settings;
  const keys = { file: file && resolve(baseDir, file), rings, rotateAfterMs };
  if (ringsFile === undefined) return { keys, findings: [] };
  const text = readTextFile(resolve(baseDir, ringsFile));
  if (text.ok) return { keys: { ...keys, rings: new Secret(text.value) }, findings: [] };
  const { problem, remedy } = text.refusal;
  const finding = { path: ['keys', 'rings_file'], problem: `the file ${problem}`, remedy };
  return { keys, findings: [finding] };
}
