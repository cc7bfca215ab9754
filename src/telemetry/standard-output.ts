/** Standard output, which somebody reads, has ceased to read, or has closed. @module */

/** Where lines go, and how their end is waited for. */
export interface StandardOutput {
  readonly isTTY: boolean;
  /** Keeps what waits for its reader within bounds: further lines are lost, and counted. */
  write(lines: string): void;
  /** @param tell  called with the number of lost lines, once the reader takes lines again */
  hearLost(tell: (count: number) => void): void;
  /**
   * Waits until what was written has left the process; at most a second, since a reader may
   * hold a full pipe open for ever. What it has not taken by then is lost.
   */
  flush(): Promise<void>;
}

const PATIENCE_MS = 1_000;

/**
 * Hours of an ordinary log. Whoever may knock writes lines with every refusal: while nobody reads,
 * a flood of them would otherwise fill the memory of the process.
 */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * Node's own stream, and no writer of our own on descriptor 1: it writes at once where the pipe
 * has room, so that a crash loses nothing, waits without blocking where it is full, and lets go
 * at an exit. A writer that flushes at exits hangs there when nobody reads.
 */
export function openStandardOutput(): StandardOutput {
  const { stdout } = process;
  outliveOutput(stdout);
  let lost = 0;
  let tellLost: (count: number) => void = () => undefined;
  stdout.on('drain', () => {
    const count = lost;
    lost = 0;
    if (count > 0) tellLost(count);
  });
  return {
    isTTY: stdout.isTTY === true,
    write(lines) {
      if (stdout.writableLength < MAX_WAITING_BYTES) stdout.write(lines);
      else lost += 1;
    },
    hearLost(tell) {
      tellLost = tell;
    },
    flush: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        stdout.write('', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** People behind the door must not pay for a log on a full disk. Says once that it is lost. */
function outliveOutput(stdout: NodeJS.WritableStream): void {
  if (stdout.listeners('error').includes(ignore)) return;
  stdout.on('error', ignore);
  stdout.once('error', tellLoss);
  process.stderr.on('error', ignore);
}

const ignore = (): void => undefined;

function tellLoss({ code }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return;
  process.stderr.write(`sallyport: The log cannot be written (${code}); the door goes on.\n`);
}
