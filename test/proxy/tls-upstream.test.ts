import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Upstream } from '../../src/core/upstream.ts';
import { startDoor } from './door.ts';
import { exchange, head, RawClient, statusOf } from './raw-client.ts';
import { answerEach, EMPTY_200, startRecordingUpstream } from './recording-upstream.ts';

// Made with openssl to last a hundred years; the authority's key was thrown away.
const pem = (name: string) =>
  readFile(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');

const [ca, addressCert, addressKey, namedCert, namedKey, clientCert, clientKey] =
  (await Promise.all(
    ['ca', 'address', 'address-key', 'named', 'named-key', 'client', 'client-key'].map(pem),
  )) as [string, string, string, string, string, string, string];

const GET = head('GET /', 'Host: evil.example', 'Connection: close');
const UPGRADE = head(
  'GET /',
  'Host: evil.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: x',
);
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

const BY_ADDRESS: TlsOptions = { cert: addressCert, key: addressKey };
const BY_NAME: TlsOptions = { cert: namedCert, key: namedKey };
const clientKeySecret = new Secret(clientKey);

const CASES: readonly [string, TlsOptions, Partial<Upstream>, boolean][] = [
  ['trusts the given authority, and the address in the certificate', BY_ADDRESS, { ca }, true],
  ['trusts no unknown authority', BY_ADDRESS, {}, false],
  ['accepts no other name', BY_NAME, { ca }, false],
  ['checks the name that the operator gives', BY_NAME, { ca, serverName: 'upstream.test' }, true],
  [
    'accepts no certificate without that name',
    BY_ADDRESS,
    { ca, serverName: 'upstream.test' },
    false,
  ],
  [
    'shows the client certificate',
    { ...BY_ADDRESS, ca, requestCert: true, rejectUnauthorized: true },
    { ca, clientCert, clientKey: clientKeySecret },
    true,
  ],
  [
    'is refused without a client certificate',
    { ...BY_ADDRESS, ca, requestCert: true, rejectUnauthorized: true },
    { ca },
    false,
  ],
];

describe('an https upstream', () => {
  it.each(CASES)('%s', async (_name, tls, settings, isTrusted) => {
    await using upstream = await startRecordingUpstream(answerEach(EMPTY_200), { tls, settings });
    await using door = await startDoor(upstream.upstream);
    expect(statusOf(await exchange(door.port, GET))).toBe(isTrusted ? 200 : 502);
    expect(upstream.received() !== '').toBe(isTrusted);
  });

  it.each(CASES)('on upgrades: %s', async (_name, tls, settings, isTrusted) => {
    await using upstream = await startRecordingUpstream(answerEach(SWITCHED), { tls, settings });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, UPGRADE);
    await client.until((received) => received.includes('\r\n\r\n'));
    expect(client.received.startsWith('HTTP/1.1 101')).toBe(isTrusted);
    if (!isTrusted) expect(statusOf(client.received)).toBe(502);
    expect(upstream.received() !== '').toBe(isTrusted);
  });

  it.each([
    ['the operator’s name', BY_NAME, { ca, serverName: 'upstream.test' }, 'upstream.test'],
    // RFC 6066 §3: an address is checked, and never sent.
    ['nothing for an address', BY_ADDRESS, { ca }, false],
  ])('is sent %s, whatever the client’s Host', async (_name, tls, settings, expected) => {
    const names: unknown[] = [];
    await using upstream = await startRecordingUpstream(
      (connection, index) => {
        names.push((connection.socket as TLSSocket & { servername?: string | false }).servername);
        answerEach(EMPTY_200)(connection, index);
      },
      { tls, settings },
    );
    await using door = await startDoor(upstream.upstream);
    for (const host of ['a.example', 'b.example']) {
      const answer = await exchange(door.port, head('GET /', `Host: ${host}`, 'Connection: close'));
      expect(statusOf(answer)).toBe(200);
    }
    // Another Host is no reason for another connection either.
    expect(names).toEqual([expected]);
    expect(upstream.received()).toContain('host: b.example\r\n');
  });
});

describe('an upstream on a Unix socket', () => {
  it('gets requests and upgrades', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
    await using upstream = await startRecordingUpstream(
      (connection) => {
        connection.socket.once('data', () =>
          connection.socket.write(/^upgrade:/im.test(connection.received) ? SWITCHED : EMPTY_200),
        );
      },
      { socketPath: join(folder, 'upstream.sock') },
    );
    await using door = await startDoor(upstream.upstream, {
      site: { outside: 'http://tools.example.com', inside: upstream.upstream.origin },
    });
    expect(statusOf(await exchange(door.port, GET))).toBe(200);
    await using client = await RawClient.open(door.port, UPGRADE);
    await client.until((received) => received.startsWith('HTTP/1.1 101'));
    expect(upstream.received().match(/^host: .*$/gim)).toEqual([
      'host: localhost',
      'Host: localhost',
    ]);
    await rm(folder, { recursive: true });
  });

  it('that is not there: 502', async () => {
    await using door = await startDoor({
      origin: 'http://localhost',
      socketPath: '/nowhere/x.sock',
    });
    expect(statusOf(await exchange(door.port, GET))).toBe(502);
    expect(statusOf(await exchange(door.port, UPGRADE))).toBe(502);
  });
});
