/** The log: JSON lines for machines, short lines for people, secrets for nobody. @module */
import pino from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Log } from '../core/log.ts';
import { redact } from './redact.ts';

/** Where lines go; a string is one or more whole lines. */
export interface LogDestination {
  write(lines: string): unknown;
  readonly isTTY?: boolean;
}

/** Lines are written as they come; with 0, `flush` of the destination would wait for nothing. */
const WHOLE_LINE = 1;

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
  /** Writes out what is buffered; call it before the process ends. Never rejects. */
  flush(): Promise<void>;
}

/**
 * Builds the log on pino.
 *
 * JSON lines have `level` as a word, `time` in ISO 8601 (UTC), the fields, and `msg`
 * last; see {@link redact} for secrets and errors among the fields.
 */
export function createLog(options: LogOptions): FlushableLog {
  const { destination } = options;
  const isTerminal = (destination ?? process.stdout).isTTY === true;
  const isPretty = options.format === 'pretty' || (options.format === 'auto' && isTerminal);
  const sink = destination ?? pino.destination({ fd: 1, sync: false, minLength: WHOLE_LINE });
  const stream = isPretty ? prettify(sink, isTerminal) : sink;
  const logger = pino(settings(options), stream as pino.DestinationStream);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: async () => {
      if (!('flushSync' in sink)) return;
      // Not `flushSync`: where the reader has gone (`sallyport run | head -1`) it tries for ever.
      await new Promise<void>((resolve) => sink.flush(() => resolve()));
    },
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
