/** A door as `run` opens it, whose file a test rewrites. @module */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { systemClock, systemRandom } from '../../src/core/ports.ts';
import type { Door } from '../../src/door/contract.ts';
import { openDoor } from '../../src/door/door.ts';
import { createReloads, type ReloadOutcome } from '../../src/reload/reload.ts';
import { createLog } from '../../src/telemetry/logger.ts';

export interface RunningDoor extends AsyncDisposable {
  readonly door: Door;
  readonly port: number;
  readonly folder: string;
  logged(): string;
  /** Replaces the lines beside `listen` and `data_dir`, and reloads. */
  change(yaml: string): Promise<ReloadOutcome>;
}

/** Opens a door on a free loopback port. */
export async function openRunningDoor(
  yaml: string,
  files: Readonly<Record<string, string>> = {},
): Promise<RunningDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-reload-'));
  const file = join(folder, 'config.yaml');
  const write = (lines: string) =>
    writeFileSync(file, `listen: 127.0.0.1:0\ndata_dir: data\n${lines}\n`);
  write(yaml);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const load = () => loadConfig({ file, env: {} });
  const loaded = load();
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level: 'info', format: 'json', destination });
  const ports = { clock: systemClock, random: systemRandom };
  const door = await openDoor({ config: loaded.config, log, ...ports });
  const { reload } = createReloads({ load, door, log });
  return {
    door,
    port: door.addresses[0]!.port,
    folder,
    logged: () => lines.join(''),
    change(next) {
      write(next);
      return reload();
    },
    async [Symbol.asyncDispose]() {
      await door.drain(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An upstream that answers in its own name. */
export async function startNamed(listener: RequestListener, tls?: TlsOptions) {
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('upgrade', (_req, socket) => {
    socket.on('error', () => {});
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
