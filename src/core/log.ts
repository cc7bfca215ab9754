/** The narrow logger that rooms are handed; `telemetry/` makes the real one. @module */

type Fields = Readonly<Record<string, unknown>>;

/** Writes one line with fields; no field holds a secret. */
export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}
