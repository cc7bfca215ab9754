/** An installation in a temporary folder, and the real program run in it. @module */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startProgram } from '../e2e/process.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The program as it is installed. */
export const BIN = join(ROOT, 'bin/sallyport.js');

/** A password that the rules accept. */
export const PASSWORD = 'tidal lantern mosaic 47';

/** How one command ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// Instant when `npm test` has just built; here for one test file run alone.
execFileSync(process.execPath, [join(ROOT, 'scripts/build.js')]);

/** One folder with a configuration; goes away with everything in it. */
export class Installation implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  readonly #running: Program[] = [];

  /** @param yaml  the configuration file; without one there is none */
  constructor(yaml?: string) {
    if (yaml !== undefined) this.write('config.yaml', yaml);
  }

  /** Writes a file and returns its path. */
  write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Runs a command to its end, in the folder, without a terminal. */
  run(args: readonly string[], input = '', env: Record<string, string> = {}): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, ...env },
      encoding: 'utf8',
      input,
      timeout: 20_000,
    });
    return { status, stdout, stderr };
  }

  /** The same with the folder's configuration. */
  configured([name = '', ...args]: readonly string[], input = ''): Outcome {
    const depth = ['user', 'totp'].includes(name) ? 1 : 0;
    const command = [name, ...args.slice(0, depth)];
    return this.run([...command, '--config', 'config.yaml', ...args.slice(depth)], input);
  }

  /** Makes a person by the command; returns what it printed with `--json`. */
  addUser(name: string, ...options: readonly string[]): AddedUser {
    const args = ['user', 'add', name, '--password-stdin', '--json', ...options];
    const { status, stdout, stderr } = this.configured(args, `${PASSWORD}\n`);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Starts a command that goes on. */
  start(args: readonly string[]): Program {
    const program = startProgram(args, { cwd: this.folder, env: { HOME: this.folder } });
    this.#running.push(program);
    return program;
  }

  [Symbol.dispose](): void {
    for (const { child } of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What `user add --json` prints. */
export interface AddedUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly otpauth_uri: string;
  readonly recovery_codes: readonly string[];
}
