/** Stands between a process and PostgreSQL and counts the questions that cross. @module */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { PostgresAddress } from '../src/core/store-address.ts';

/** Every way to the server that leads through here. */
export interface WireTap {
  /** The server's, by way of the tap. */
  readonly address: PostgresAddress;
  /** Round-trips so far: questions after which the client waits for the server. */
  readonly trips: number;
  close(): Promise<void>;
}

/** `Q` asks at once; `S` ends a question with parameters, which is several messages long. */
const QUESTIONS = new Set(['Q', 'S'].map((letter) => letter.charCodeAt(0)));

/** Opens a tap in front of a server on loopback, without TLS. */
export async function openWireTap(address: PostgresAddress): Promise<WireTap> {
  let trips = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(address.port, address.host);
    const count = createCounter();
    client.on('data', (bytes) => {
      trips += count(bytes);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true).on('error', () => other.destroy());
      one.once('close', () => sockets.delete(one)).pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: { ...address, host: '127.0.0.1', port },
    get trips() {
      return trips;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * Counts the questions in what one client sends. Its first message has a length only; each
 * after it a letter, and a length that counts itself.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function createCounter(): (bytes: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0);
  let letters = 0;
  return (bytes) => {
    let questions = 0;
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= letters + 4) {
      const end = letters + rest.readInt32BE(letters);
      if (rest.length < end) break;
      if (letters === 1 && QUESTIONS.has(rest[0] as number)) questions += 1;
      rest = rest.subarray(end);
      letters = 1;
    }
    return questions;
  };
}
