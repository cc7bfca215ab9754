/** Disks that stop taking what is written to them, as far as this machine lets us make some. @module */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A folder on a disk whose writes can be made to fail under a running process. */
export interface Disk extends Disposable {
  readonly folder: string;
  /** @param pid  of the process that writes there */
  fail(pid: number): void;
  /** Undefined for a disk that only another mount would mend. */
  readonly mend?: (pid: number) => void;
  /** A whole disk again, with nothing running on it. */
  repair(): void;
}

/** One kind of failing disk. */
export interface DiskKind {
  readonly name: string;
  /** What the operator is told. */
  readonly sentence: RegExp;
  readonly open: () => Disk;
}

/**
 * Real disks need the right to mount. Everybody may forbid a process to write to files: SQLite
 * sees then what it sees of a broken disk. So no test here is skipped anywhere.
 */
export function disksOfThisMachine(): readonly DiskKind[] {
  return [
    { name: 'a disk that takes nothing', sentence: /disk I\/O error/, open: limitedDisk },
    ...[
      { name: 'a full disk', sentence: /is on a full disk: make room/, open: fullDisk },
      { name: 'a read-only disk', sentence: /is on a read-only file system/, open: failedDisk },
    ].filter(({ open }) => canOpen(open)),
  ];
}

/** An empty folder in which nobody may make anything; none where this machine lets us mount nothing. */
export const readOnlyFolders = (): readonly (() => Pick<
  Disk,
  'folder' | typeof Symbol.dispose
>)[] => [readOnlyFolder].filter(canOpen);

function readOnlyFolder() {
  const { folder, unmount } = mounted('-t', 'tmpfs', '-o', 'ro', 'tmpfs');
  return { folder, [Symbol.dispose]: unmount };
}

function canOpen(open: () => Disposable): boolean {
  try {
    open()[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

/** Also what a file system does that has an error of its own: each write is refused. */
function limitedDisk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  const limit = (pid: number, bytes: string) => run('prlimit', `--pid=${pid}`, `--fsize=${bytes}:`);
  return {
    folder,
    fail: (pid) => limit(pid, '0'),
    mend: (pid) => limit(pid, 'unlimited'),
    repair() {},
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function mounted(...args: readonly string[]): { folder: string; unmount: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  const remove = () => rmSync(folder, { recursive: true });
  try {
    run('mount', ...args, folder);
  } catch (error) {
    remove();
    throw error;
  }
  const unmount = () => {
    run('umount', folder);
    remove();
  };
  return { folder, unmount };
}

function fullDisk(): Disk {
  const { folder, unmount } = mounted('-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs');
  const filler = join(folder, 'somebody-elses-log');
  const empty = () => rmSync(filler, { force: true });
  const fill = () => {
    for (const bytes of [65_536, 4_096]) fillWith(filler, Buffer.alloc(bytes));
  };
  return { folder, fail: fill, mend: empty, repair: empty, [Symbol.dispose]: unmount };
}

function fillWith(file: string, block: Buffer): void {
  for (;;) {
    try {
      writeFileSync(file, block, { flag: 'a' });
    } catch {
      return;
    }
  }
}

/** An ext4 that finds an error in itself, as on a dying disk, and takes no more changes. */
function failedDisk(): Disk {
  const image = join(mkdtempSync(join(tmpdir(), 'sallyport-image-')), 'ext4');
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  const removeAll = () => {
    for (const path of [folder, join(image, '..')]) rmSync(path, { recursive: true });
  };
  const mount = () => run('mount', '-o', 'loop,errors=remount-ro', image, folder);
  try {
    writeFileSync(image, Buffer.alloc(8 * 1_048_576));
    run('mkfs.ext4', '-q', '-O', '^has_journal', image);
    mount();
  } catch (error) {
    removeAll();
    throw error;
  }
  const trigger = () =>
    `/sys/fs/ext4/${basename(run('findmnt', '-n', '-o', 'SOURCE', folder))}/trigger_fs_error`;
  const unmount = () => {
    run('umount', folder);
    removeAll();
  };
  try {
    accessSync(trigger(), constants.W_OK);
  } catch (error) {
    unmount();
    throw error;
  }
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  return {
    folder: join(folder, 'data'),
    fail: () => writeFileSync(trigger(), '1'),
    repair() {
      run('umount', folder);
      spawnSync('/usr/sbin/e2fsck', ['-fy', image]);
      mount();
    },
    [Symbol.dispose]: unmount,
  };
}
