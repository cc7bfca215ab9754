/** `sallyport config-schema` @module */
import type { Command } from 'commander';
import { jsonSchema } from '../config/json-schema.ts';
import { type Io, printJson } from './io.ts';

/** Adds the command that prints the JSON Schema of the configuration file, for editors. */
export function addConfigSchema(program: Command, io: Io): void {
  program
    .command('config-schema')
    .description('print the JSON Schema of the configuration file')
    .action(() => printJson(io, jsonSchema()));
}
