import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/substitute.ts';

const PASSWORD = 'hush-hush';
const URL = `postgres://ada:${PASSWORD}@db.example.com/door`;

function load(yaml: string, env: Environment = {}, files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const file = join(folder, 'config.yaml');
  writeFileSync(file, `upstream: http://127.0.0.1:8888\n${yaml}\n`);
  return loadConfig({ file, env });
}

function storeOf(...args: Parameters<typeof load>) {
  const loaded = load(...args);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.config.store;
}

function problemsOf(...args: Parameters<typeof load>): string {
  const loaded = load(...args);
  const text = loaded.ok ? 'accepted' : loaded.problems.map(formatProblem).join('\n');
  expect(text).not.toContain(PASSWORD);
  return text;
}

describe('store', () => {
  it('is a SQLite file unless something else is said', () => {
    expect(storeOf('')).toBeUndefined();
    expect(storeOf('', { POSTGRES_DB: 'of another program' })).toBeUndefined();
  });

  it('is the same from a URL, a section, a file and the environment', () => {
    const files = { url: `${URL}\n`, password: `${PASSWORD}\n` };
    const parts = {
      POSTGRES_HOST: 'db.example.com',
      POSTGRES_DB: 'door',
      POSTGRES_USERNAME: 'ada',
    };
    for (const store of [
      storeOf(`store: ${URL}`),
      storeOf(`store: {url: "${URL}"}`),
      storeOf('store: {url_file: url}', {}, files),
      storeOf('store_file: url', {}, files),
      storeOf('', { SALLYPORT_STORE: URL, POSTGRES_HOST: 'elsewhere' }),
      storeOf('', { ...parts, POSTGRES_PASSWORD: PASSWORD }),
    ]) {
      const place = { host: 'db.example.com', port: 5432, database: 'door', user: 'ada' };
      expect(store).toMatchObject({ ...place, tls: {}, maxConnections: 10, timeoutMs: 5_000 });
      expect(store?.password?.reveal()).toBe(PASSWORD);
      expect(JSON.stringify(store)).not.toContain(PASSWORD);
    }
  });

  it.each<[string, object]>([
    ['postgres://ada@db.example.com/door', { tls: {} }],
    ['postgres://ada@db.example.com/door?sslmode=require', { tls: {} }],
    ['postgres://ada@db.example.com/door?sslmode=verify-full', { tls: {} }],
    ['postgres://ada@db.example.com/door?sslmode=disable', { tls: undefined }],
    ['postgres://ada@127.0.0.1:5433/door', { port: 5433, tls: undefined }],
    ['postgresql://ada@[::1]/door', { host: '::1', tls: undefined }],
    ['postgres://ada@/door?host=/run/postgresql', { host: '/run/postgresql', tls: undefined }],
    ['postgres://ada:p%40ss%25@db.example.com/door', { user: 'ada' }],
  ])('reads %s', (url, expected) => {
    expect(storeOf(`store: "${url}"`)).toMatchObject(expected);
  });

  it.each<[string, string]>([
    [`store: mysql://ada:${PASSWORD}@db/door`, 'is no postgres:// URL'],
    [`store: postgres://${PASSWORD}`, 'names no user'],
    [`store: postgres://ada:${PASSWORD}@db`, 'names no database'],
    [`store: postgres://ada:${PASSWORD}@/door`, 'names no host'],
    [`store: postgres://ada:${PASSWORD}%@db/door`, 'write a percent sign as %25'],
    [`store: ${URL}?sslmode=prefer`, 'verifies too little'],
    [`store: ${URL}?sslmode=verify-ca`, 'verifies too little'],
    [`store: ${URL}?sslrootcert=x`, 'has a parameter that means nothing here'],
    ['store: {max_connections: 20}', ':2:1: store: names no database'],
    [`store: {url: "${URL}", url_file: url}`, 'store.url_file: stands beside url'],
    [`store: ${URL}\nstore_file: url`, ':3:1: store_file: stands beside store'],
    [
      `store: {url: "${URL}?sslmode=disable", server_name: a}`,
      'has keys for TLS, and sslmode=disable',
    ],
    [`store: {url: "${URL}", max_connections: 3}`, 'max_connections'],
    ['store_file: missing', 'the file does not exist'],
    ['store_file: bad', 'holds a URL that is no postgres:// URL'],
  ])('refuses %s', (yaml, problem) => {
    expect(problemsOf(yaml, {}, { url: URL, bad: PASSWORD })).toContain(problem);
  });

  it('names the part that is missing or wrong', () => {
    const text = problemsOf('', {
      POSTGRES_HOST: 'db',
      POSTGRES_PORT: 'five',
      POSTGRES_SSLMODE: 'allow',
      POSTGRES_PASSWORD: PASSWORD,
      POSTGRES_PASSWORD_FILE: 'x',
    });
    for (const part of ['DB', 'USERNAME', 'PORT', 'SSLMODE', 'PASSWORD_FILE']) {
      expect(text).toContain(`environment: POSTGRES_${part}: `);
    }
  });
});
