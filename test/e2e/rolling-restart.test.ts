/** Two instances behind nginx, restarted one after the other under load. @module */
import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Installation } from '../cli/installation.ts';
import { freePort } from '../ports.ts';
import { describeWith } from '../programs.ts';
import { type Gateway, nginxAround, startGateway } from './gateways/gateway.ts';
import type { Program } from './process.ts';

/** As docs/scaling.md wants it: kept-alive connections, and nginx's own rules for the next server. */
const blocksFor = (port: number, doors: readonly number[]) => `
  upstream doors {
    ${doors.map((door) => `server 127.0.0.1:${door} max_fails=0;`).join('\n    ')}
    keepalive 16;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://doors;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }
  }
`;

let upstream: Server;
let nginx: Gateway;
let port: number;
const doors: { installation: Installation; port: number; program: Program }[] = [];

beforeAll(async () => {
  upstream = createServer((req, res) => {
    req.resume().once('end', () => res.end('from the upstream'));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  for (let i = 0; i < 2; i += 1) {
    const doorPort = await freePort();
    const installation = new Installation(`listen: 127.0.0.1:${doorPort}
public_url: http://127.0.0.1
admin: off
routes:
  - { path: /, access: public, upstream: "http://127.0.0.1:${(upstream.address() as AddressInfo).port}" }
`);
    doors.push({ installation, port: doorPort, program: await start(installation) });
  }
  port = await freePort();
  const blocks = blocksFor(
    port,
    doors.map((door) => door.port),
  );
  nginx = await startGateway('nginx', port, { 'nginx.conf': nginxAround(blocks) });
});

afterAll(async () => {
  await nginx[Symbol.asyncDispose]();
  for (const { installation } of doors) installation[Symbol.dispose]();
  upstream.close();
  upstream.closeAllConnections();
});

async function start(installation: Installation): Promise<Program> {
  const program = installation.start(['run', '--config', 'config.yaml']);
  await program.until(/listening on/);
  return program;
}

function send(method: 'GET' | 'POST', agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const req = request({ host: '127.0.0.1', port, method, path: '/', agent }, (res) => {
      res.resume().once('end', () => resolve(res.statusCode ?? 0));
    });
    req.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    req.end(method === 'POST' ? 'a=1' : undefined);
  });
}

describeWith(['nginx'], 'a rolling restart of two instances', () => {
  it('fails no request, POSTs included', async () => {
    const agent = new Agent({ keepAlive: true });
    let isOver = false;
    const outcomes = new Map<number | string, number>();
    const load = async (method: 'GET' | 'POST') => {
      while (!isOver) {
        const outcome = await send(method, agent);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    const loads = (['GET', 'POST', 'GET', 'POST', 'GET', 'POST'] as const).map(load);
    for (const door of doors) {
      expect(await door.program.stop('SIGTERM')).toBe(0);
      expect(door.program.output()).not.toContain('were cut');
      door.program = await start(door.installation);
    }
    isOver = true;
    await Promise.all(loads);
    agent.destroy();
    expect([...outcomes.keys()]).toEqual([200]);
    expect(outcomes.get(200)).toBeGreaterThan(100);
  });
});
