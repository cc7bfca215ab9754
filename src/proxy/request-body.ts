/** A client's body on its way to the upstream. @module */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Whoever carries the exchange hears what the body alone can know. */
export interface BodyWatcher {
  /** More has come than the route allows. */
  onTooLarge(): void;
  /** It is the client's turn to send (true), or ours to take (false). */
  onTurn(isClients: boolean): void;
}

/**
 * Passes a request's bytes on and counts them. The library destroys the body that
 * it is given as soon as the upstream has answered; were that the request itself,
 * an early answer would be lost with the client's connection.
 */
export class RequestBody extends Readable {
  readonly #source: IncomingMessage;
  readonly #watcher: BodyWatcher;
  #allowedBytes: number;
  #isStarted = false;

  /** @param maxBytes  undefined for no limit */
  constructor(source: IncomingMessage, watcher: BodyWatcher, maxBytes: number | undefined) {
    super();
    this.#source = source;
    this.#watcher = watcher;
    this.#allowedBytes = maxBytes ?? Number.POSITIVE_INFINITY;
  }

  override _read(): void {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#source.on('data', this.#take).on('end', this.#finish);
    }
    this.#watcher.onTurn(true);
    this.#source.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source.off('data', this.#take).off('end', this.#finish);
    this.#watcher.onTurn(false);
    done(error);
  }

  readonly #take = (chunk: Buffer): void => {
    this.#allowedBytes -= chunk.length;
    if (this.#allowedBytes < 0) {
      this.#watcher.onTooLarge();
      return;
    }
    if (this.push(chunk)) return;
    this.#source.pause();
    this.#watcher.onTurn(false);
  };

  // `end` comes for a complete body only; one cut short ends in the client's leaving.
  readonly #finish = (): void => {
    this.#watcher.onTurn(false);
    this.push(null);
  };
}
