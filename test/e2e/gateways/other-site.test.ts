/** Another spelling of a host: judged by one site's rules, served by another site. */
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../free-port.ts';
import { describeWith } from '../../programs.ts';
import { exchange } from '../../proxy/raw-client.ts';
import { HOST, type Site, startSite } from './site.ts';

let site: Site | undefined;
afterEach(() => site?.[Symbol.asyncDispose]());

/** A page for everybody beside a site for every other host, which is for people alone. */
async function ask(name: 'nginx' | 'haproxy' | 'caddy', spell: (port: number) => string) {
  const otherPort = await freePort();
  const ported =
    name === 'caddy' ? '' : `  - { host: "ported.localhost:${otherPort}", access: public }\n`;
  site = await startSite(
    name,
    (application, other) => `
trusted_proxies: [127.0.0.1]
routes:
  - { host: ${HOST}, access: public, upstream: "http://127.0.0.1:${other.port}" }
${ported}  - { upstream: "http://127.0.0.1:${application.port}" }
`,
  );
  const open = await exchange(
    site.port,
    `GET / HTTP/1.1\r\nHost: ${HOST}:${site.port}\r\nConnection: close\r\n\r\n`,
  );
  expect(open).toMatch(/^HTTP\/1.1 200/);
  expect(site.other.seen).toHaveLength(1);
  const line = `Host: ${spell(otherPort)}`;
  await exchange(site.port, `GET / HTTP/1.1\r\n${line}\r\nConnection: close\r\n\r\n`);
  return site.application.seen;
}

for (const name of ['nginx', 'haproxy', 'caddy'] as const) {
  describeWith([name], `${name}, with a site for every other host`, () => {
    it('opens it to no stranger who ends the name of an open one in a dot', async () => {
      expect(await ask(name, () => `${HOST}.`)).toEqual([]);
    });
  });
}

for (const name of ['nginx', 'haproxy'] as const) {
  describeWith([name], `${name}, with a site on another port`, () => {
    it('opens this one to no stranger who writes that port', async () => {
      expect(await ask(name, (port) => `ported.localhost:${port}`)).toEqual([]);
    });
  });
}

describeWith(['haproxy'], 'haproxy, asked for two hosts in one line', () => {
  it('takes neither: it would choose by the last, and the application might by the first', async () => {
    expect(await ask('haproxy', () => `staff.localhost,${HOST}`)).toEqual([]);
    expect(site?.other.seen).toHaveLength(1);
  });
});
