/** Groups as they are given on the command line. @module */
import { type Command, InvalidArgumentError } from 'commander';
import { isGroupName, MAX_GROUPS } from '../core/group-name.ts';

/** Adds `--group`, which may be given several times; `whom` goes into the help. */
export function addGroupOption(command: Command, whom: 'person' | 'service' = 'person'): Command {
  return command.option(
    '-g, --group <group>',
    `put the ${whom} into this group; may be given several times`,
    collectGroup,
  );
}

/**
 * Checks one more group and adds it to those before it.
 *
 * @throws InvalidArgumentError with what a group may look like
 */
export function collectGroup(group: string, before: readonly string[] = []): readonly string[] {
  if (!isGroupName(group)) {
    throw new InvalidArgumentError(
      'Begin with a letter or digit; up to 64 letters, digits and . _ @ : + - are fine.',
    );
  }
  if (before.length === MAX_GROUPS) {
    throw new InvalidArgumentError(`A person is in ${MAX_GROUPS} groups at most.`);
  }
  return [...before, group];
}
