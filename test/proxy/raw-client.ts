/** A client that writes the bytes it is given and keeps those it gets. @module */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  received = '';
  /** How the connection ended, once it has. */
  ending: 'fin' | 'reset' | undefined;
  readonly closed: Promise<void>;
  #hasEnded = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
    });
    this.socket.on('end', () => {
      this.#hasEnded = true;
    });
    this.socket.on('error', () => {
      this.ending = 'reset';
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.ending ??= this.#hasEnded ? 'fin' : 'reset';
        resolve();
      });
    });
  }

  /** Opens a connection and writes the first bytes. */
  static async open(port: number, bytes?: string | Buffer): Promise<RawClient> {
    const client = new RawClient(port);
    await once(client.socket, 'connect');
    if (bytes !== undefined) client.write(bytes);
    return client;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Resolves once what has been received satisfies the condition. */
  async until(isEnough: (received: string) => boolean): Promise<string> {
    while (!isEnough(this.received)) {
      if (this.ending !== undefined) {
        throw new Error(`${this.ending} after ${JSON.stringify(this.received)}`);
      }
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
    return this.received;
  }

  /** Resolves with all bytes once the other side has ended the connection. */
  async toEnd(): Promise<string> {
    await this.closed;
    return this.received;
  }

  /** Resets the connection. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}

/** A request head; `Host` and, unless told otherwise, `Connection: close` included. */
export function head(requestLine: string, ...lines: readonly string[]): string {
  const host = lines.some((line) => /^host:/i.test(line)) ? [] : ['Host: app.example.com'];
  return `${[`${requestLine} HTTP/1.1`, ...host, ...lines].join('\r\n')}\r\n\r\n`;
}

/** Sends one request with `Connection: close` and resolves with the whole answer. */
export async function exchange(port: number, request: string | Buffer): Promise<string> {
  await using client = await RawClient.open(port, request);
  return await client.toEnd();
}

/** The status of the first final answer in raw bytes. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.[01] ([2-9][0-9]{2})/m.exec(answer)?.[1] ?? 0);
}

/** The body of a raw answer, as framed on the wire. */
export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}
