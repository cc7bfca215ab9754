/** A network between two programs, which can fail as networks do. @module */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Forwards TCP between whoever connects to `port` and a server. */
export interface Relay {
  readonly port: number;
  /** The server's bytes come no further; what clients send still arrives. */
  blackHole(): void;
  /** Delivers what was held back, late and whole, as TCP does. */
  restore(): void;
  /** Ends every connection; new ones are taken. */
  cut(): void;
  /** Connections that are opened from now on go to another port. */
  leadTo(port: number): void;
  dispose(): Promise<void>;
}

/**
 * Opens a relay to a port of this machine.
 *
 * @param options.sees  is shown what a client sends before it is forwarded, chunk by chunk
 */
export async function openRelay(options: {
  readonly port: number;
  readonly sees?: (chunk: Buffer) => void;
}): Promise<Relay> {
  const { sees = () => undefined } = options;
  let { port } = options;
  const pairs = new Set<readonly [client: Socket, server: Socket]>();
  let isSilent = false;
  const relay = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    const pair = [client, server] as const;
    pairs.add(pair);
    for (const end of pair) {
      end.on('error', () => undefined);
      end.once('close', () => {
        pairs.delete(pair);
        // What has been said already still arrives.
        for (const socket of pair) socket.destroySoon();
      });
    }
    client.on('data', (chunk: Buffer) => {
      sees(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => client.write(chunk));
    if (isSilent) server.pause();
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const cut = () => {
    for (const socket of [...pairs].flat()) socket.destroy();
  };
  return {
    port: (relay.address() as AddressInfo).port,
    blackHole() {
      isSilent = true;
      for (const [, server] of pairs) server.pause();
    },
    restore() {
      isSilent = false;
      for (const [, server] of pairs) server.resume();
    },
    cut,
    leadTo(next) {
      port = next;
    },
    async dispose() {
      relay.close();
      cut();
      await once(relay, 'close');
    },
  };
}
