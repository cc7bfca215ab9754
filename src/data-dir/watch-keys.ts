/** Follows the key ring of a running process. @module */
import { stat } from 'node:fs/promises';
import { StartupError } from '../core/errors.ts';
import { shareRuns } from '../core/shared-runs.ts';
import { type Rings, toRings } from './keys.ts';
import { readKeysFile } from './keys-file.ts';

/** The file, and who is told about it. */
export interface KeysWatchDeps {
  /** Absolute path of `keys.json`. */
  readonly path: string;
  /** Takes changed rings; called for a file that reads well only. */
  readonly onRings: (rings: Rings) => void;
  /** A sentence while the old rings stay in use; undefined once all is well. */
  readonly onProblem: (problem: string | undefined) => void;
}

/** A watch that runs until it is closed. */
export interface KeysWatch {
  /** Looks now, rather than within a second. */
  look(): Promise<void>;
  close(): void;
}

const LOOK_MS = 1_000;

/** Starts to look at the file each second; the first look always reads it. */
export function watchKeys({ path, onRings, onProblem }: KeysWatchDeps): KeysWatch {
  let seen = '';
  let told: string | undefined;
  const tell = (problem: string | undefined) => {
    if (problem !== told) onProblem(problem);
    told = problem;
  };
  const read = async () => {
    // Before reading: what changes in between is read again at the next look.
    const mark = await markOf(path);
    if (mark === seen) return;
    try {
      const keys = await readKeysFile(path);
      if (keys === undefined) throw new StartupError(`${path} is missing.`);
      onRings(toRings(keys));
      tell(undefined);
      seen = mark;
    } catch (error) {
      const sentence = error instanceof StartupError ? error.message : `${path} cannot be read.`;
      // Not seen: the disk may have failed us for a moment only.
      tell(`The keys in use stay in use: ${sentence}`);
    }
  };
  const { run: look } = shareRuns(read);
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return { look, close: () => clearInterval(timer) };
}

/** A file put in place by a rename is another inode, whatever its times say. */
async function markOf(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats === undefined) return 'missing';
  return `${stats.ino} ${stats.mtimeNs} ${stats.size} ${stats.mode}`;
}
