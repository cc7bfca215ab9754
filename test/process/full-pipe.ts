/** A pipe that is full, with a reader that is there and does not read. @module */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/** Made at `path`; nothing is read from it but what a test asks for. */
export class FullPipe implements Disposable {
  readonly #reader: number;
  readonly writer: number;

  constructor(path: string) {
    spawnSync('mkfifo', [path]);
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    this.#fill();
  }

  #fill(): void {
    for (const size of [4_096, 1]) {
      try {
        for (;;) writeSync(this.writer, '.'.repeat(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    }
  }

  /** Everything that is in it now. */
  read(): string {
    const chunk = Buffer.alloc(1 << 20);
    try {
      return chunk.toString('utf8', 0, readSync(this.#reader, chunk));
    } catch {
      return '';
    }
  }

  /** Takes the filling away. */
  empty(): void {
    this.read();
  }

  [Symbol.dispose](): void {
    closeSync(this.#reader);
    closeSync(this.writer);
  }
}
