/** A TCP relay in front of a server: the network that a test can take away. @module */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server. */
export interface Relay {
  readonly port: number;
  /** From here on nothing arrives and nobody is told: no reset, no answer, no end. */
  blackHole(): void;
  /** The network is back; what was sent meanwhile arrives late, as TCP sends it again. */
  restore(): void;
  /** Resets every connection; new ones are carried. */
  cut(): void;
  dispose(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  target: Socket | undefined;
}

/** Opens a relay to a server on this machine. */
export async function openRelay({ port }: { readonly port: number }): Promise<Relay> {
  const pairs = new Set<Pair>();
  let isDark = false;

  function join(pair: Pair): void {
    const { client } = pair;
    // Not before it is light: a server gives up those who say nothing.
    pair.target ??= openTarget(pair);
    client.pipe(pair.target);
    pair.target.pipe(client);
  }

  function openTarget(pair: Pair): Socket {
    const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    target.on('error', () => pair.client.destroy());
    target.on('close', () => pair.client.destroySoon());
    return target;
  }

  function part({ client, target }: Pair): void {
    for (const socket of [client, target]) socket?.unpipe().pause();
  }

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const pair: Pair = { client, target: undefined };
    pairs.add(pair);
    client.on('error', () => undefined);
    client.on('close', () => {
      pairs.delete(pair);
      pair.target?.destroySoon();
    });
    if (!isDark) join(pair);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const { client, target } of pairs) {
      client.resetAndDestroy();
      target?.resetAndDestroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    blackHole() {
      isDark = true;
      for (const pair of pairs) part(pair);
    },
    restore() {
      isDark = false;
      for (const pair of pairs) join(pair);
    },
    cut,
    async dispose() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
