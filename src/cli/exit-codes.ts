/** What the exit status of every command means; `docs/cli.md` repeats it. @module */

/** Statuses by name. Stable: scripts depend on them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help` and the documentation. */
export const EXIT_MEANING: Readonly<Record<ExitCode, string>> = {
  [EXIT.ok]: 'done',
  [EXIT.failed]: 'could not be done: the data directory, the store, the network, a bug',
  [EXIT.usage]: 'the command line or the configuration is wrong; nothing was touched',
  [EXIT.notFound]: 'nobody has that name',
  [EXIT.refused]: 'refused by a rule: the name is taken, the password too weak, the answer was no',
  [EXIT.interrupted]: 'interrupted with Ctrl-C',
};

/**
 * Ends a command early with a sentence for the operator. Thrown rather than
 * returned: nothing of a command follows once it is known that it cannot be done.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
