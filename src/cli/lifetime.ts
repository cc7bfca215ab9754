/** How long a link or a bearer works, as people write it. @module */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../core/duration.ts';

/** Adds `--expires` for a link or whatever `what` names, in milliseconds once parsed. */
export function addLifetimeOption(command: Command, usual: string, what = 'link'): Command {
  return command.addOption(
    new Option('-e, --expires <time>', `how long the ${what} works, e.g. 30m, 48h, 7d`)
      .argParser(parseLifetime)
      .default(parseLifetime(usual), usual),
  );
}

function parseLifetime(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok)
    throw new InvalidArgumentError(`It ${parsed.refusal.problem}: ${parsed.refusal.remedy}.`);
  if (parsed.value === 0) throw new InvalidArgumentError('It would be dead already.');
  return parsed.value;
}
