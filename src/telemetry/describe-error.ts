/** What a log line says about an error. @module */
import { codeOf } from '../core/error-code.ts';

/** The properties of an error that are printed. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const MAX_CAUSES = 4;

/**
 * Keeps a closed list of properties. Libraries hang requests, sockets and queries
 * onto their errors, and a query's parameters or a request's headers are secrets.
 *
 * @param thrown  anything; people throw strings too, which are not printed
 */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) {
    return { type: typeof thrown, message: 'something that is not an Error was thrown' };
  }
  const { name, message, stack, cause } = thrown;
  const code = codeOf(thrown);
  const hasCause = cause !== undefined && depth < MAX_CAUSES;
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(hasCause && { cause: describeError(cause, depth + 1) }),
  };
}
