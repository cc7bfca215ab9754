/** Staying synchronous where nothing has to be waited for. @module */

/** Goes on at once with a value, or later with a promised one. */
export function whenKnown<T>(
  value: T | Promise<T>,
  goOn: (known: T) => void | Promise<void>,
): void | Promise<void> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
