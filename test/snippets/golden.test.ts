/** examples/ holds what `sallyport snippet` prints for the configuration beside it. */
import { readFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommandLine } from '../../src/cli/program.ts';

const folder = new URL('../../examples/', import.meta.url).pathname;
const CONFIG = `${folder}config-forward-auth.yaml`;

const PRINTED = [
  ['nginx.conf', ['nginx']],
  ['traefik.yaml', ['traefik']],
  ['caddy.Caddyfile', ['caddy']],
  ['haproxy.cfg', ['haproxy']],
  ['haproxy.lua', ['haproxy', '--lua']],
  ['envoy.yaml', ['envoy']],
] as const;

async function run(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { stdin: Readable.from([]), stdout, stderr, env: {} };
  const status = await runCommandLine(['snippet', ...args], io);
  for (const stream of [stdout, stderr]) stream.end();
  return { status, stdout: await text(stdout), stderr: await text(stderr) };
}

describe('sallyport snippet', () => {
  it.each(PRINTED)('prints examples/%s', async (file, args) => {
    const { status, stdout } = await run(...args, '--config', CONFIG);
    expect(status).toBe(0);
    expect(stdout).toBe(readFileSync(folder + file, 'utf8'));
  });

  it('tells on standard error what the configuration still needs', async () => {
    expect((await run('nginx', '--config', CONFIG)).stderr).toBe('');
    expect((await run('caddy', '--config', CONFIG)).stderr).toMatch(/forward_auth: caddy/);
  });

  it('refuses an unknown gateway, and a script for one that needs none', async () => {
    expect((await run('apache', '--config', CONFIG)).status).toBe(2);
    expect((await run('nginx', '--lua', '--config', CONFIG)).status).toBe(2);
  });

  it('prints YAML that reads as it was meant', async () => {
    const traefik = parse((await run('traefik', '--config', CONFIG)).stdout);
    const { routers, middlewares } = traefik.http;
    const applications = Object.keys(routers).filter((name) => name !== 'sallyport-door');
    for (const name of applications) {
      expect(routers[name].middlewares).toEqual(['sallyport-clean', 'sallyport-check']);
      expect(routers[name].priority).toBeLessThan(routers['sallyport-door'].priority);
    }
    expect(middlewares['sallyport-check'].forwardAuth).toMatchObject({
      address: 'http://127.0.0.1:8080/_auth/check',
      trustForwardHeader: false,
      authResponseHeaders: [
        'Remote-User',
        'Remote-Groups',
        'Remote-Realm',
        'Cookie',
        'Sallyport-Authorization',
      ],
    });
    const envoy = parse((await run('envoy', '--config', CONFIG)).stdout);
    const manager = envoy.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
    const filters = manager.http_filters.map(({ name }: { name: string }) => name);
    expect(filters).toEqual([
      'sallyport.clean',
      'envoy.filters.http.ext_authz',
      'sallyport.cookies',
      'envoy.filters.http.router',
    ]);
    // A door that does not get its own cookies lets nobody sign in.
    const [, door] = manager.route_config.virtual_hosts[0].routes;
    expect(door.route.cluster).toBe('sallyport_door');
    expect(door.typed_per_filter_config['sallyport.cookies'].disabled).toBe(true);
    const authz = manager.http_filters[1].typed_config;
    expect(authz).toMatchObject({
      failure_mode_allow: false,
      http_service: { path_prefix: '/_auth/check' },
    });
  });
});
