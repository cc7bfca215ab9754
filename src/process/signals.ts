/** The signals that end a door. @module */

/**
 * Waits for SIGTERM or SIGINT. The second one ends the process at once: whoever asks
 * twice does not want to wait for the drain.
 *
 * @param onSecond  what has to end with the process
 */
export function untilSignal(
  onFirst: (signal: NodeJS.Signals) => void,
  onSecond: () => void = () => undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      onSecond();
      process.exit(1);
    };
    const onSignal = (signal: NodeJS.Signals) => {
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
      process.once('SIGTERM', end).once('SIGINT', end);
      onFirst(signal);
      resolve();
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}
