/** A value that must never be printed. @module */
import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * Wraps a secret at the place where it is parsed, so that no log line, error
 * text or JSON document can show it by accident. Only {@link Secret.reveal}
 * gives the value back.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The wrapped value; call it where the value is used, never earlier. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
