/** The same rules over HTTP/2, through the gateways that speak it without TLS. */
import { connect, type OutgoingHttpHeaders } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../programs.ts';
import type { Client } from '../client.ts';
import { GATEWAYS } from './gateway.ts';
import { HOST, type Site, startSite } from './site.ts';

const SPEAKERS = GATEWAYS.filter((name) => name !== 'nginx' && name !== 'caddy');

describe.each(SPEAKERS)('over HTTP/2', (name) => {
  describeWith([name], `behind ${name}`, () => {
    let site: Site;
    let ada: Client;
    beforeAll(async () => {
      site = await startSite(name);
      ada = await site.signedIn('ada');
    });
    afterAll(async () => await site?.[Symbol.asyncDispose]());

    /** The status, 0 where the stream was refused, and what the application saw of it. */
    async function ask(headers: OutgoingHttpHeaders) {
      const before = site.application.seen.length;
      const session = connect(`http://127.0.0.1:${site.port}`);
      onTestFinished(() => session.destroy());
      session.on('error', () => undefined);
      const authority = `${HOST}:${site.port}`;
      const stream = session.request({ ':authority': authority, ...headers });
      stream.on('error', () => undefined);
      const status = await new Promise<number>((resolve) => {
        stream.once('response', (answer) => resolve(Number(answer[':status'])));
        stream.once('close', () => resolve(0));
      });
      return { status, seen: site.application.seen[before] };
    }

    it('keeps the door’s cookies from the application, one line for each', async () => {
      const cookie = ['a=1', ...ada.cookieHeader.split('; '), 'b=2'];
      const { status, seen } = await ask({ ':path': '/', cookie });
      expect(status).toBe(200);
      const cookies = seen!.lines.filter((line) => /^cookie:/i.test(line));
      expect(cookies.map((line) => line.toLowerCase())).toEqual(['cookie: a=1; b=2']);
      expect(seen!.lines.join('\n').toLowerCase()).toContain('remote-user: ada');
    });

    it('attack: one host is judged, and the application sees that one', async () => {
      const { seen } = await ask({ ':path': '/open', host: 'other.localhost' });
      expect(seen?.lines.join('\n') ?? '').not.toContain('other.localhost');
      const { cookieHeader: cookie } = ada;
      const other = { ':authority': 'other.localhost', host: `${HOST}:${site.port}` };
      expect((await ask({ ':path': '/', cookie, ...other })).seen).toBeUndefined();
    });

    it.each(['remote-user', 'remote_user', 'x-auth-request-user', 'x-forwarded-uri'])(
      'sends on nothing of %s',
      async (line) => {
        const { seen } = await ask({ ':path': '/open', [line]: 'root' });
        expect(seen?.lines.join('\n') ?? '').not.toContain('root');
      },
    );

    const shake = (protocol: string, origin: string) =>
      ask({
        ':method': 'CONNECT',
        ':protocol': protocol,
        ':scheme': 'http',
        ':path': '/socket',
        'sec-websocket-version': '13',
        cookie: ada.cookieHeader,
        origin,
      });

    it('attack: a handshake (RFC 8441) opens nothing for foreign pages, and no other protocol', async () => {
      expect((await shake('websocket', 'https://evil.example')).seen).toBeUndefined();
      expect((await shake('h2c', site.origin)).seen?.method).not.toBe('TUNNEL');
      // The others take none at all, as printed.
      if (name === 'haproxy')
        expect((await shake('websocket', site.origin)).seen?.method).toBe('WS');
    });
  });
});
