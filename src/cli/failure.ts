/** What a thrown value means to the person who typed the command. @module */
import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import type { Config } from '../config/config.ts';
import { DoorError, StartupError } from '../core/errors.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import { type Io, noteLine } from './io.ts';

/** How a command that failed ends. */
export interface Failure {
  /** One sentence; empty when everything has been said already. */
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Turns whatever ended a command into one sentence and an exit status. */
export function explainFailure(error: unknown): Failure {
  // Help and version also end commander's parsing with an "error", of status 0.
  if (error instanceof CommanderError) {
    return { message: '', exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
  if (error instanceof CommandError || error instanceof StartupError) return error;
  if (error instanceof DoorError) return { message: error.message, exitCode: EXIT.failed };
  const message = error instanceof Error ? error.message : String(error);
  return { message: `Unexpected failure: ${message}`, exitCode: EXIT.failed };
}

/** Shows where a failure came from to those who asked for it with the log level `debug`. */
export async function withStackTraces<T>(
  io: Io,
  config: Config,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (config.log.level === 'debug' && error instanceof Error) noteLine(io, inspect(error));
    throw error;
  }
}
