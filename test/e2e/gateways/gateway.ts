/** Real web servers on free loopback ports, with the configuration that they are given. @module */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from '../../programs.ts';

export interface Gateway extends AsyncDisposable {
  /** Everything that the server has written about itself. */
  output(): string;
}

interface Program {
  readonly command: string;
  args(folder: string, port: number): readonly string[];
}

const PROGRAMS = {
  nginx: {
    command: '/usr/sbin/nginx',
    args: (folder) => ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'],
  },
  caddy: {
    command: '/usr/bin/caddy',
    args: (folder) => ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
  },
  haproxy: {
    command: '/usr/sbin/haproxy',
    args: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')],
  },
  // Not packaged by Debian; found where somebody has put it.
  envoy: {
    command: 'envoy',
    args: (folder) => [
      ...['-c', join(folder, 'envoy.yaml'), '--use-dynamic-base-id'],
      ...['--concurrency', '1', '--log-level', 'warning'],
    ],
  },
  traefik: {
    command: 'traefik',
    args: (folder, port) => [
      `--providers.file.filename=${join(folder, 'sallyport.yaml')}`,
      `--entryPoints.web.address=127.0.0.1:${port}`,
      '--global.checkNewVersion=false',
    ],
  },
} as const satisfies Readonly<Record<string, Program>>;

export type RealGateway = keyof typeof PROGRAMS;

/** Debian has the first three, and every run needs them; the others are tried where they are. */
export const GATEWAYS: readonly RealGateway[] = [
  ...(['nginx', 'caddy', 'haproxy'] as const),
  ...(['envoy', 'traefik'] as const).filter(has),
];

/** Files of a server's folder, by name; `@folder@` in them stands for that folder. */
export type Files = Readonly<Record<string, string>>;

/** Starts a server and waits until `port` answers. */
export async function startGateway(
  name: RealGateway,
  port: number,
  files: Files,
): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), `sallyport-${name}-`));
  mkdirSync(join(folder, 'tmp'));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), text.replaceAll('@folder@', folder));
  }
  const { command, args } = PROGRAMS[name];
  const child = spawn(command, args(folder, port), {
    env: { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const ended = once(child, 'exit');
  const died = ended.then(([code]) => {
    throw new Error(`${name} ended with ${code}:\n${output}`);
  });
  died.catch(() => undefined);
  await Promise.race([untilOpen(port), died]);
  // It listens before it has read the file, and answers 404 until then.
  if (name === 'traefik') await untilServed(port);
  return {
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(cut);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** nginx's main file around blocks for `http`; everything stays in the folder. */
export const nginxAround = (blocks: string): string => `daemon off;
master_process off;
pid @folder@/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path @folder@/tmp/body;
  proxy_temp_path @folder@/tmp/proxy;
  fastcgi_temp_path @folder@/tmp/fastcgi;
  uwsgi_temp_path @folder@/tmp/uwsgi;
  scgi_temp_path @folder@/tmp/scgi;
${blocks}
}
`;

async function untilServed(port: number): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${port}/_auth/healthz`)).status === 404) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      // Nothing tells when a foreign server listens but that it does.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}
