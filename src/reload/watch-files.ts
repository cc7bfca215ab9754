/** Notices that files have changed. @module */
import { stat } from 'node:fs/promises';

/** What is watched, and who is told. */
export interface WatchedFiles {
  /** Asked for again at every look. */
  readonly files: () => readonly string[];
  readonly onChange: () => void;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 1_000;

/**
 * Looks at the files once a second rather than waiting for events: editors replace files,
 * Kubernetes swaps links, and network file systems tell nothing. A change counts once it has
 * stood still between two looks, so that nobody reads half a file. The first state counts as
 * a change, too: nobody knows what happened between the first reading and the first look.
 *
 * @returns how to stop
 */
export function watchFiles({ files, onChange, intervalMs = INTERVAL_MS }: WatchedFiles) {
  let [told, before]: (string | undefined)[] = [];
  let isLooking = false;
  let isStopped = false;
  const look = async () => {
    // A file system that hangs must not collect looks.
    if (isLooking) return;
    isLooking = true;
    const now = (await Promise.all(files().map(stampOf))).join('\n');
    isLooking = false;
    const isStill = now === before;
    before = now;
    if (isStopped || !isStill || now === told) return;
    told = now;
    onChange();
  };
  const timer = setInterval(() => void look(), intervalMs).unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

/** Through links. The time of the last change of owner or mode counts: it may be readable now. */
const stampOf = (file: string): Promise<string> =>
  stat(file, { bigint: true }).then(
    ({ dev, ino, size, mtimeNs, ctimeNs }) => [file, dev, ino, size, mtimeNs, ctimeNs].join(' '),
    () => `${file} missing`,
  );
