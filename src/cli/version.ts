/** `sallyport version` @module */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Io, printJson, printLine } from './io.ts';

/** Adds the command that says which release this is. */
export function addVersion(program: Command, io: Io): void {
  program
    .command('version')
    .description('print the version')
    .option('--json', 'print a JSON document')
    .action((options: { json?: boolean }) => {
      const version = readVersion();
      if (options.json) printJson(io, { version, node: process.versions.node });
      else printLine(io, `sallyport ${version}`);
    });
}

/** This release, e.g. `0.1.0`. */
export function readVersion(): string {
  // The same path from src/ and from dist/.
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
