/** Real folders for the tests of this room, and a look at everything in one. @module */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Root may read and write everything: what is forbidden must be tried as somebody else. */
export const NOBODY = 65_534;

export const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sallyport-data-dir-'));

/** Names, modes, owners and bytes of a folder and all in it: what "nothing changed" compares. */
export async function snapshot(path: string): Promise<readonly unknown[]> {
  const { mode, uid, mtimeMs } = await stat(path);
  const self = { path, mode, uid, mtimeMs };
  const isFolder = (await stat(path)).isDirectory();
  if (!isFolder) return [{ ...self, text: await readFile(path, 'latin1') }];
  const names = (await readdir(path)).sort();
  const inside = await Promise.all(names.map((name) => snapshot(join(path, name))));
  return [self, ...inside.flat()];
}

export interface Outcome {
  readonly opened?: { readonly seal: string; readonly store: string };
  readonly refusal?: string;
  readonly exitCode?: number;
  readonly isStartupError?: boolean;
}

const OPENER = new URL('./opener.ts', import.meta.url).pathname;

/** Opens a data directory in a process of its own, as another user where `uid` is given. */
export async function openElsewhere(path: string, uid?: number): Promise<Outcome> {
  const child = spawn(process.execPath, [OPENER, path, String(uid ?? '')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) text += piece;
  return JSON.parse(text);
}
