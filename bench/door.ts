/** The door under measurement, as built, and sessions for it. @module */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock as clock, systemRandom as random } from '../src/core/ports.ts';
import { openDataDir } from '../src/data-dir/data-dir.ts';
import { createSessions } from '../src/session/sessions.ts';
import { openStore } from '../src/store/open.ts';
import { freePort } from './ports.ts';
import { type Running, type Start, start } from './process.ts';

const HOUR_MS = 3_600_000;

/** What `npm start` gives to Node. */
const START_FLAGS: readonly string[] = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
  .scripts.start.split(' ')
  .filter((word: string) => word.startsWith('--'));

export interface Door extends Running {
  /** `Cookie` header values of people who are signed in. */
  readonly cookies: readonly string[];
}

export interface DoorOptions {
  /** The upstream's port. */
  readonly upstream: number;
  readonly core: Start['core'];
  readonly sessions: number;
  /** Other than the default, which is to log refusals only. */
  readonly logsAll?: boolean;
  /** One, where nothing else is said. */
  readonly workers?: number;
}

/**
 * Starts `dist/` in its default configuration: `/` for those signed in, `/open` for
 * everybody, and `sessions` sessions in the store.
 */
export async function startDoor(folder: string, options: DoorOptions): Promise<Door> {
  const port = await freePort();
  const home = join(folder, `door-${port}`);
  mkdirSync(home);
  const upstream = `http://127.0.0.1:${options.upstream}`;
  const file = join(home, 'config.yaml');
  writeFileSync(
    file,
    `listen: 127.0.0.1:${port}
public_url: http://127.0.0.1:${port}
workers: ${options.workers ?? 1}
${options.logsAll === true ? 'log: { requests: all }' : ''}
routes:
  - { path: /open, access: public, upstream: "${upstream}" }
  - { path: /, access: signed-in, upstream: "${upstream}" }
`,
  );
  const cookies = await makeSessions(join(home, 'data'), options.sessions);
  const running = await start({ command: runCommand(file), port, core: options.core });
  return { ...running, cookies };
}

/** Runs `dist/` under a configuration as `npm start` does, with more flags for Node before it. */
export function runCommand(file: string, nodeFlags: readonly string[] = []): readonly string[] {
  const bin = new URL('../bin/sallyport.js', import.meta.url).pathname;
  return [process.execPath, ...START_FLAGS, ...nodeFlags, bin, 'run', '--config', file];
}

async function makeSessions(dataDir: string, count: number): Promise<string[]> {
  const dir = await openDataDir(dataDir, { random });
  const store = await openStore({
    address: { kind: 'sqlite', path: dir.databaseFile },
    clock,
    random,
  });
  const policy = { cookieName: 'sallyport', cookieDomain: undefined, secure: false };
  const sessions = createSessions({
    keys: dir.sealKeys,
    clock,
    random,
    policy: { ...policy, lifetimeMs: 24 * HOUR_MS, idleMs: 8 * HOUR_MS },
    // Only seals are needed: the door never looks for a session's row.
    rows: { createSession: async () => true, endSession: async () => {}, endAgain: async () => 0 },
    feed: store,
    graceMs: HOUR_MS,
  });
  const cookies: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const identity = { id: `p${i}`, name: `person${i}`, groups: ['crew'] };
    const started = await sessions.start(identity, ['pwd', 'otp']);
    if (started !== undefined) cookies.push(started.setCookie.split(';', 1)[0] as string);
  }
  await store.close();
  return cookies;
}
