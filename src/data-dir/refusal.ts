/** What file system errors mean to the person who starts the door. @module */
import { codeOf } from '../core/error-code.ts';
import { StartupError } from '../core/errors.ts';

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** A refusal whose sentence ends with the system's own word for the reason. */
export const cannot = (what: string, remedy: string, error: unknown): StartupError =>
  new StartupError(`${what} (${codeOf(error) ?? 'unknown error'}): ${remedy}.`, 1, error);

/** The user this process acts as; undefined where the platform has no such thing. */
export const ownUid = (): number | undefined => process.geteuid?.();
