/** `sallyport reload` @module */
import type { Command } from 'commander';
import { formatProblem } from '../config/load.ts';
import { askDoors, type DoorAnswer } from '../reload/control-socket.ts';
import { describeOutcome, type ReloadOutcome } from '../reload/reload.ts';
import {
  addConfigOption,
  type ConfigOption,
  isDemonstration,
  loadConfiguration,
} from './configuration.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import { type Io, printLine } from './io.ts';

/** Adds the command that has running doors take the changed configuration. */
export function addReload(program: Command, io: Io): void {
  addConfigOption(program.command('reload'))
    .description('have every door that runs on this data directory take the changed configuration')
    .action(async (options: ConfigOption) => {
      if (isDemonstration(io, options)) {
        throw new CommandError(
          'There is no configuration to reload: name the file of the door with --config.',
          EXIT.usage,
        );
      }
      const loaded = loadConfiguration(io, options);
      const dataDir = loaded.ok ? loaded.config.dataDir : loaded.dataDir;
      const answers = dataDir === undefined ? [] : await askDoors(dataDir, 'reload');
      if (answers.length > 0) return conclude(io, answers);
      if (loaded.ok) throw new CommandError(`No door runs on ${dataDir}.`, EXIT.failed);
      for (const problem of loaded.problems) printLine(io, formatProblem(problem));
      throw new CommandError('The configuration is refused.', EXIT.usage);
    });
}

/** Every door is reported; the first that did not take it names the status. */
function conclude(io: Io, answers: readonly DoorAnswer[]): void {
  const statuses = answers.map(({ pid, answer }) => {
    const outcome = answer as ReloadOutcome | null | undefined;
    if (outcome?.kind === 'refused') for (const line of outcome.problems) printLine(io, line);
    else printLine(io, `process ${pid}: ${outcome ? describeOutcome(outcome) : 'does not answer'}`);
    return statusOf(outcome);
  });
  const status = statuses.find((code) => code !== EXIT.ok) ?? EXIT.ok;
  if (status === EXIT.ok) return;
  const serving = answers.length === 1 ? 'The door goes' : 'Not every door took it: those go';
  throw new CommandError(`${serving} on with the old configuration.`, status);
}

function statusOf(outcome: ReloadOutcome | null | undefined): ExitCode {
  switch (outcome?.kind) {
    case 'taken':
    case 'unchanged':
      return EXIT.ok;
    case 'refused':
      return EXIT.usage;
    case 'needs-restart':
      return EXIT.refused;
    default:
      return EXIT.failed;
  }
}
