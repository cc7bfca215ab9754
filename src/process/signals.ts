/** The signals that end a process. @module */

/** An end that somebody asks for, sooner or later. */
export interface Ending {
  /** Resolves with the first SIGTERM or SIGINT. */
  readonly told: Promise<NodeJS.Signals>;
  readonly isTold: boolean;
}

/**
 * Hears SIGTERM and SIGINT from now on. The second one ends the process at once: whoever asks
 * twice does not want to wait for the drain.
 *
 * @param onSecond  what has to end with the process
 */
export function hearSignals(onSecond: () => void = () => undefined): Ending {
  const { promise: told, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let isTold = false;
  const end = () => {
    onSecond();
    process.exit(1);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    process.once('SIGTERM', end).once('SIGINT', end);
    isTold = true;
    resolve(signal);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return {
    told,
    get isTold() {
      return isTold;
    },
  };
}
