/** The log: JSON lines for machines, short lines for people, secrets for nobody. @module */
import pino from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Log } from '../core/log.ts';
import { redact } from './redact.ts';
import { openStandardOutput } from './standard-output.ts';

/** Where lines go; a string is one or more whole lines. */
export interface LogDestination {
  write(lines: string): unknown;
  readonly isTTY?: boolean;
  /** Absent where lines are out as soon as they are written. */
  flush?(): Promise<void>;
  /** Absent where none is ever lost. */
  hearLost?(tell: (count: number) => void): void;
}

/** How much is logged, how it looks, and where it goes. */
export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `auto` is pretty on a terminal, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
  /** Stands in every line of one of several processes. */
  readonly worker?: number;
  /** Standard output where absent. */
  readonly destination?: LogDestination;
}

/** A log whose last lines can be waited for. */
export interface FlushableLog extends Log {
  /**
   * Waits until what was written is out, for a second at most; call it before the process
   * ends. Never rejects.
   */
  flush(): Promise<void>;
}

/**
 * Builds the log on pino.
 *
 * JSON lines have `level` as a word, `time` in ISO 8601 (UTC), the fields, and `msg`
 * last; see {@link redact} for secrets and errors among the fields.
 */
export function createLog(options: LogOptions): FlushableLog {
  const { destination: sink = openStandardOutput() } = options;
  const isTerminal = sink.isTTY === true;
  const isPretty = options.format === 'pretty' || (options.format === 'auto' && isTerminal);
  const stream = isPretty ? prettify(sink, isTerminal) : sink;
  const logger = pino(settings(options), stream as pino.DestinationStream);
  sink.hearLost?.((lines) => logger.warn({ lines }, 'lines of the log are lost: nobody read them'));
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: async () => sink.flush?.(),
  };
}

const settings = ({ level, worker }: LogOptions): pino.LoggerOptions => ({
  level,
  // Process id and host name are the platform's to add.
  base: worker === undefined ? null : { worker },
  timestamp: pino.stdTimeFunctions.isoTime,
  // Not pino's own `redact`: its wildcards cost 45 µs a line, twice the whole request.
  formatters: { level: (label) => ({ level: label }), log: redact },
  // `redact` has described errors already; pino's default would do it once more.
  serializers: { err: (described: unknown) => described },
});

/** Line by line in this process: a worker would lose what is on its way when we end. */
function prettify(sink: LogDestination, isColoured: boolean): LogDestination {
  const toLine = prettyFactory({
    colorize: isColoured,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
  return { write: (line) => sink.write(toLine(line)) };
}
