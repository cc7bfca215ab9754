/** The one time that a seed is shown. @module */
import type { SeededService } from '../../accounts/services-contract.ts';
import { type Io, noteLine, printJson, printLine } from '../io.ts';

/** What the commands that show a seed are asked for. */
export interface SeedOptions {
  readonly json?: boolean;
}

/** Prints the seed alone, or the triple as a document. */
export function printSeed(io: Io, { service, seed }: SeededService, options: SeedOptions): void {
  const { name, realm } = service;
  if (options.json) return printJson(io, { name, realm, seed: seed.reveal() });
  noteLine(io, `The seed of ${name}@${realm}, shown this once:`);
  printLine(io, seed.reveal());
}
