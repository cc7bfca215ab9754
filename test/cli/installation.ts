/** An installation in a temporary folder, and the command line used on it. @module */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runCommandLine } from '../../src/cli/program.ts';
import { type Program, startProgram } from '../e2e/process.ts';

/** The program as it is installed. */
export const BIN = join(import.meta.dirname, '../../bin/sallyport.js');

/** A password that the rules accept. */
export const PASSWORD = 'tidal lantern mosaic 47';

/** How one command ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One folder with a configuration; goes away with everything in it. */
export class Installation implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  /** Every command that was started. */
  readonly running: Program[] = [];

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

  /** Runs a command to its end as a process of its own, in the folder, without a terminal. */
  spawn(args: readonly string[], input = '', env: Record<string, string> = {}): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, ...env },
      encoding: 'utf8',
      input,
      timeout: 50_000,
    });
    return { status, stdout, stderr };
  }

  /** The same command in this process, with the folder's configuration: twenty times as fast. */
  async run(args: readonly string[], input = ''): Promise<Outcome> {
    const config = join(this.folder, 'config.yaml');
    const stdout = new Captured();
    const stderr = new Captured();
    const io = {
      stdin: Readable.from([input]),
      stdout,
      stderr,
      env: existsSync(config) ? { SALLYPORT_CONFIG: config } : {},
    };
    const status = await runCommandLine(args, io);
    return { status, stdout: stdout.text, stderr: stderr.text };
  }

  /** Makes a person by the command; returns what it printed with `--json`. */
  async addUser(name: string, ...options: readonly string[]): Promise<AddedUser> {
    const args = ['user', 'add', name, '--password-stdin', '--json', ...options];
    const { status, stdout, stderr } = await this.run(args, `${PASSWORD}\n`);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Starts a command that goes on. */
  start(args: readonly string[], env: Record<string, string> = {}): Program {
    const program = startProgram(args, { cwd: this.folder, env: { HOME: this.folder, ...env } });
    this.running.push(program);
    return program;
  }

  [Symbol.dispose](): void {
    for (const { child } of this.running) child.kill('SIGKILL');
    // A process that has just been killed may still be about to make a file.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

class Captured extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** What `user add --json` prints. */
export interface AddedUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly otpauth_uri: string;
  readonly recovery_codes: readonly string[];
}
