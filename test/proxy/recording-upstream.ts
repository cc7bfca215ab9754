/** An upstream on a raw socket that keeps every byte and answers what it is told. @module */
import { once } from 'node:events';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Upstream } from '../../src/core/upstream.ts';

/** One connection that the upstream has seen. */
export class RecordedConnection {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  received = '';
  isClosed = false;
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  /** Resolves once what has been received satisfies the condition. */
  async until(isEnough: (received: string) => boolean): Promise<string> {
    while (!isEnough(this.received)) {
      if (this.isClosed) throw new Error(`closed after ${JSON.stringify(this.received)}`);
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
    return this.received;
  }

  /** Resolves with the first complete request head. */
  head(): Promise<string> {
    return this.until((received) => received.includes('\r\n\r\n'));
  }
}

export interface RecordingUpstream extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly connections: readonly RecordedConnection[];
  /** The connection with this index, made or to come. */
  connection(index: number): Promise<RecordedConnection>;
  /** All bytes of all connections. */
  received(): string;
  /** Request lines seen, over all connections. */
  requestLines(): string[];
}

/** What to do with a connection; the default is {@link answerEach} with an empty 200. */
export type Behaviour = (connection: RecordedConnection, index: number) => void;

export const EMPTY_200 = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** Answers each request without a body with the same bytes. */
export function answerEach(answer: string | Buffer): Behaviour {
  return (connection) => {
    let answered = 0;
    connection.socket.on('data', () => {
      const heads = connection.received.split('\r\n\r\n').length - 1;
      for (; answered < heads; answered++) connection.socket.write(answer, 'latin1');
    });
  };
}

/** Answers and then ends the connection. */
export function answerAndEnd(answer: string): Behaviour {
  return (connection) => {
    connection.socket.once('data', () => connection.socket.end(answer, 'latin1'));
  };
}

const METHOD_LINE = /^[A-Z]+ \S+ HTTP\/1\.[01]$/;

/** Starts a recording upstream on loopback, or on a Unix socket, or with TLS. */
export async function startRecordingUpstream(
  behave: Behaviour = answerEach(EMPTY_200),
  options: {
    readonly tls?: TlsOptions;
    readonly socketPath?: string;
    /** Goes on after the door has ended its side. */
    readonly isStubborn?: boolean;
    readonly settings?: Partial<Upstream>;
  } = {},
): Promise<RecordingUpstream> {
  const connections: RecordedConnection[] = [];
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    const connection = new RecordedConnection(socket);
    behave(connection, connections.push(connection) - 1);
    server.emit('recorded');
  };
  const server: Server = options.tls
    ? createTlsServer(options.tls, accept)
    : createServer({ allowHalfOpen: options.isStubborn ?? false }, accept);
  const where: ListenOptions = options.socketPath
    ? { path: options.socketPath }
    : { host: '127.0.0.1', port: 0 };
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    upstream: options.socketPath
      ? { origin: 'http://localhost', socketPath: options.socketPath }
      : { origin, ...options.settings },
    connections,
    async connection(index) {
      while (connections.length <= index) await once(server, 'recorded');
      return connections[index]!;
    },
    received: () => connections.map((c) => c.received).join(''),
    requestLines: () =>
      connections.flatMap((c) => c.received.split('\r\n').filter((line) => METHOD_LINE.test(line))),
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
