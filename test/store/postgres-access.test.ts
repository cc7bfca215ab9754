/** Who may talk to a PostgreSQL server, and whom a door believes to be one. @module */

import { once } from 'node:events';
import { chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import {
  connectTo,
  createDatabase,
  ownerOf,
  type PostgresServer,
  startPostgres,
} from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { opener } from './stores.ts';

const CERTIFICATES = new URL('../proxy/certificates/', import.meta.url).pathname;
const ca = readFileSync(join(CERTIFICATES, 'ca.pem'), 'utf8');
const other = readFileSync(join(CERTIFICATES, '../../config/fixtures/door.pem'), 'utf8');

describeWithPostgres('a PostgreSQL server with TLS and passwords', () => {
  let server: PostgresServer;
  let folder: string;
  let guest: PostgresAddress;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-access-'));
    copyFileSync(join(CERTIFICATES, 'address.pem'), join(folder, 'server.pem'));
    const key = readFileSync(join(CERTIFICATES, 'address-key.pem'));
    writeFileSync(join(folder, 'server.key'), key, { mode: 0o600 });
    const rules =
      'host all postgres 127.0.0.1/32 trust\nhost all plain 127.0.0.1/32 scram-sha-256\n' +
      'host all old 127.0.0.1/32 md5\nhostssl all all 127.0.0.1/32 scram-sha-256\n';
    writeFileSync(join(folder, 'hba'), rules);
    const owner = ownerOf(folder);
    for (const name of owner === undefined ? [] : ['.', 'server.pem', 'server.key', 'hba']) {
      chownSync(join(folder, name), owner?.uid ?? 0, owner?.gid ?? 0);
    }
    server = await startPostgres([
      'ssl=on',
      `ssl_cert_file=${folder}/server.pem`,
      `ssl_key_file=${folder}/server.key`,
      `hba_file=${folder}/hba`,
    ]);
    const { address } = await createDatabase(server.port);
    const admin = await connectTo(address);
    await admin.query(
      `create role guest login password 'let me in'; create role poor login password 'poor';
       create role plain superuser login password 'plain';
       set password_encryption = md5; create role old login password 'old'`,
    );
    await admin.query(
      `revoke create on schema public from public; alter database ${address.database} owner to guest`,
    );
    await admin.end();
    guest = { ...address, user: 'guest', password: new Secret('let me in'), tls: { ca } };
  });
  afterAll(async () => {
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const refusalOf = async (more: Partial<PostgresAddress>) =>
    String(await opener({ ...guest, ...more })().catch((error: unknown) => error));

  it('is believed by its certificate', async () => {
    await (await opener(guest)()).ping();
  });

  it('is not believed with a certificate of another authority, or for another name', async () => {
    expect(await refusalOf({ tls: {} })).toContain('a certificate that nobody vouches for');
    expect(await refusalOf({ tls: { ca: other } })).toContain('that nobody vouches for');
    const tls = { ca, serverName: 'db.example.com' };
    expect(await refusalOf({ tls })).toContain('has a certificate for another name');
  });

  it('lets nobody in with a wrong password, without TLS, or without rights', async () => {
    const wrong = await refusalOf({ password: new Secret('wrong guess') });
    expect(wrong).toContain('does not let guest in');
    expect(wrong).not.toContain('wrong guess');
    expect(await refusalOf({ password: undefined })).toContain('does not let guest in');
    expect(await refusalOf({ tls: undefined })).toContain('does not let guest in');
    expect(await refusalOf({ user: 'poor', password: new Secret('poor') })).toContain(
      'gives poor too few rights',
    );
  });

  it('is believed without TLS where it proves that it knows the password', async () => {
    const over = { tls: undefined };
    await (
      await opener({ ...guest, ...over, user: 'plain', password: new Secret('plain') })()
    ).ping();
    const trusted = { ...over, user: 'postgres', password: new Secret('whatever') };
    expect(await refusalOf(trusted)).toContain('password of postgres (it asks for none)');
    const old = { ...over, user: 'old', password: new Secret('old') };
    expect(await refusalOf(old)).toContain('password of old (it asks for an MD5 hash)');
  });
});

describe('somebody who merely listens where the server was', () => {
  const OK = Buffer.of(0x52, 0, 0, 0, 8, 0, 0, 0, 0);
  const READY = Buffer.of(0x5a, 0, 0, 0, 5, 0x49);
  const SASL_FINAL = Buffer.of(0x52, 0, 0, 0, 8, 0, 0, 0, 12);

  it.each([
    ['asks for the password', Buffer.of(0x52, 0, 0, 0, 8, 0, 0, 0, 3), 'for the password itself'],
    ['asks for its hash', Buffer.of(0x52, 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4), 'for an MD5 hash'],
    ['asks for nothing', Buffer.concat([OK, READY]), 'it asks for none'],
    ['says that all is proven', Buffer.concat([SASL_FINAL, OK, READY]), 'has failed'],
  ])('and %s hears nothing and is not believed', async (_what, says, reason) => {
    const heard: Buffer[] = [];
    const stranger = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (piece) => heard.push(piece));
      socket.write(says);
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const place = { host: '127.0.0.1', port, database: 'db', user: 'door', tls: undefined };
    const limits = { maxConnections: 4, timeoutMs: 5_000 };
    const password = new Secret('s3cret');
    const address = { kind: 'postgres', ...place, ...limits, password } as const;
    const refusal = await opener(address)().catch(String);
    stranger.close();
    // What it may hear is who wants to come in, and where to.
    const words = Buffer.concat(heard).toString('latin1');
    expect(words).not.toMatch(/s3cret|md5|select/);
    expect(refusal).toContain(reason);
  });
});
