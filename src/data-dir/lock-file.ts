/** A lock that is a file, for changes that take no longer than a moment. @module */
import { type FileHandle, link, open, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf } from '../core/error-code.ts';
import { StartupError } from '../core/errors.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import { cannot, isMissing } from './refusal.ts';

/** A lock that is held. */
export interface HeldLock {
  /** Looks whether it still is: who was stopped for a minute has lost it. */
  stillHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** Another change reads and writes one small file. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;
/** Whoever holds it longer is dead: what it guards takes milliseconds. */
const STALE_MS = 60_000;

const owner = z.object({ token: z.string(), pid: z.int(), host: z.string(), at_ms: z.number() });
type Owner = z.infer<typeof owner>;

/** Where time and chance come from, and how long somebody else is waited for. */
export interface LockDeps {
  readonly random: Random;
  readonly clock: Clock;
  /** Five seconds unless told otherwise. */
  readonly patienceMs?: number;
}

/**
 * Takes the lock; waits for whoever has it, and takes it from the dead.
 *
 * @throws StartupError where another process keeps it, or the folder cannot be written
 */
export async function takeLock(
  path: string,
  { random, clock, patienceMs = PATIENCE_MS }: LockDeps,
): Promise<HeldLock> {
  const token = randomToken(random, 16);
  for (let tries = patienceMs / PAUSE_MS; ; tries -= 1) {
    const mine = { token, pid: process.pid, host: hostname(), at_ms: clock.nowMs() };
    if (await create(path, mine)) break;
    const other = await readOwner(path);
    if (other !== undefined && isDead(other, clock.nowMs())) await takeAway(path, other);
    else if (tries <= 0) throw held(path, other);
    else await setTimeout(PAUSE_MS);
  }
  const stillHeld = async () => (await readOwner(path))?.token === token;
  return {
    stillHeld,
    release: async () => {
      if (await stillHeld()) await unlink(path).catch(() => undefined);
    },
  };
}

/** In one step, content included: nobody sees a lock that does not say whose it is. */
async function create(path: string, mine: Owner): Promise<boolean> {
  const draft = `${path}.${mine.token}`;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', 0o600);
    await file.writeFile(JSON.stringify(mine));
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw cannot(`${path} cannot be written`, 'the disk that holds it needs room', error);
  } finally {
    await file?.close();
    await unlink(draft).catch(() => undefined);
  }
}

/** Undefined when it is gone; what nobody can read is nobody's. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return owner.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isMissing(error)) return undefined;
    return { token: '', pid: 0, host: '', at_ms: 0 };
  }
}

/** Process numbers mean something on one machine only; elsewhere the age decides. */
function isDead({ pid, host, at_ms }: Owner, nowMs: number): boolean {
  if (nowMs - at_ms > STALE_MS) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Another one may have been quicker, and hold the lock anew by now: that one is put back. */
async function takeAway(path: string, dead: Owner): Promise<void> {
  const aside = `${path}.${dead.token || 'damaged'}.old`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw cannot(`${path} cannot be removed`, 'remove it', error);
  }
  if ((await readOwner(aside))?.token !== dead.token)
    await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

const held = (path: string, other: Owner | undefined) =>
  new StartupError(
    `${path} is held by ${other === undefined ? 'another process' : `process ${other.pid} on ${other.host}`}: ` +
      'wait for the other command to end.',
  );
