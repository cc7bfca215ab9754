import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoConfig } from '../../src/config/load.ts';
import { configOf, loadText } from './load-text.ts';

const UPSTREAM = 'upstream: http://127.0.0.1:8888\n';

describe('the configuration', () => {
  it('needs an upstream alone, and has safe values for everything else', () => {
    const { dataDir, ...rest } = configOf(UPSTREAM);
    expect(dataDir).toMatch(/\/data$/);
    expect(rest).toEqual({
      listen: [{ host: '127.0.0.1', port: 8080 }],
      admin: { listen: { host: '127.0.0.1', port: 9180 }, isChosen: false },
      publicUrl: undefined,
      prefix: '/_auth',
      workers: 1,
      trustedProxies: [],
      routes: [
        {
          name: '*/',
          host: undefined,
          path: '/',
          methods: undefined,
          access: { kind: 'signed-in' },
          upstream: { origin: 'http://127.0.0.1:8888' },
          preserveHost: true,
          allowEncodedSlash: false,
          origins: [],
          limits: {
            connectTimeoutMs: 5_000,
            firstByteTimeoutMs: 60_000,
            idleTimeoutMs: 300_000,
            maxBodyBytes: undefined,
          },
        },
      ],
      auth: {
        factors: ['password', 'totp'],
        signup: 'invite',
        totp: { issuer: 'Sallyport', digits: 6, periodSec: 30, algorithm: 'SHA1', window: 1 },
        throttle: {
          source: { free: 10, baseWaitMs: 1_000, maxWaitMs: 900_000, perDay: 300 },
          account: { free: 5, baseWaitMs: 1_000, maxWaitMs: 900_000, perDay: 60 },
          device: { free: 5, baseWaitMs: 1_000, maxWaitMs: 900_000, perDay: 40 },
        },
      },
      session: {
        lifetimeMs: 86_400_000,
        idleMs: 28_800_000,
        cookieName: 'sallyport',
        cookieDomain: undefined,
      },
      compat: { codeCheck: undefined },
      realms: {
        enabled: false,
        prefix: '/ungleichotp',
        adminRealm: 'ungleich-admin',
        authRealm: 'ungleich-auth',
        window: 3,
        totp: { issuer: 'Sallyport', digits: 6, periodSec: 30, algorithm: 'SHA1' },
        maxLength: 128,
        reuse: { default: 'allow', allow: [], once: [] },
      },
      log: { level: 'info', format: 'auto', requests: 'refused' },
      maxHeaderBytes: 32_000,
      keys: { file: undefined, rings: undefined, rotateAfterMs: undefined },
      storeGraceMs: 300_000,
      drainMs: 30_000,
    });
  });

  it('brings every value into its one spelling', () => {
    const config = configOf(
      [
        'listen: [127.0.0.1:1, "[::1]:2"]',
        'public_url: HTTPS://Tools.Example.com:443/',
        'trusted_proxies: [10.0.0.0/8, "::1"]',
        'auth: {factors: [totp, password]}',
        'routes:',
        '  - host: App.Example.com.',
        '    path: /app',
        '    methods: [get, HEAD, Get]',
        '    access: {groups: [staff]}',
        '    upstream: unix:/run/app.sock',
        '    origins: [https://A.example/]',
        '    timeouts: {idle: unlimited}',
        '    max_body: 1KiB',
        '  - {path: /x, access: deny}',
        '',
      ].join('\n'),
    );
    expect(config.listen).toEqual([
      { host: '127.0.0.1', port: 1 },
      { host: '::1', port: 2 },
    ]);
    expect(config.publicUrl?.origin).toBe('https://tools.example.com');
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', '::1/128']);
    expect(config.auth.factors).toEqual(['password', 'totp']);
    expect(config.routes[0]).toMatchObject({
      name: 'app.example.com/app',
      host: 'app.example.com',
      methods: ['GET', 'HEAD'],
      access: { kind: 'groups', groups: ['staff'] },
      upstream: { origin: 'http://localhost', socketPath: '/run/app.sock' },
      origins: ['https://a.example'],
      limits: { idleTimeoutMs: 0, maxBodyBytes: 1_024 },
    });
    expect(config.routes[1]).toMatchObject({
      name: '*/x',
      access: { kind: 'deny' },
      upstream: undefined,
    });
  });

  it('names each route once', () => {
    const text = [
      'routes:',
      '  - {path: /a, methods: [GET], upstream: "http://a"}',
      '  - {path: /a, methods: [POST, PUT], upstream: "http://a"}',
      '  - {path: /a, upstream: "http://a", name: rest}',
      '',
    ].join('\n');
    expect(configOf(text).routes.map(({ name }) => name)).toEqual(['*/a', '*/a[POST,PUT]', 'rest']);
  });

  it('starts relative paths from the folder of its file', () => {
    const { folder, result } = loadText(`${UPSTREAM}data_dir: state\n`);
    expect(result.ok && result.config.dataDir).toBe(`${folder}/state`);
    expect(configOf(`${UPSTREAM}data_dir: /var/lib/x\n`).dataDir).toBe('/var/lib/x');
  });

  it('cannot be changed, however deep', () => {
    const config = configOf(UPSTREAM);
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      value instanceof URL ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    expect(isFrozen(config)).toBe(true);
    expect(() => Object.assign(config.routes[0]?.access ?? {}, { kind: 'public' })).toThrow(
      TypeError,
    );
  });

  it('shares nothing with another one loaded from the same defaults', () => {
    expect(configOf(UPSTREAM).auth.factors).not.toBe(configOf(UPSTREAM).auth.factors);
  });
});

describe('demoConfig', () => {
  it('is what a file with its upstream and addresses would be', () => {
    const { dataDir, ...demo } = demoConfig({
      upstream: 'http://127.0.0.1:9999',
      dataDir: './data',
    });
    const text = 'public_url: http://127.0.0.1:8080\nupstream: http://127.0.0.1:9999\n';
    const { dataDir: _, ...loaded } = configOf(text);
    expect(demo).toEqual(loaded);
    expect(dataDir).toBe(resolve('data'));
  });

  it('takes another port, for its address and its public URL', () => {
    const demo = demoConfig({ upstream: 'http://127.0.0.1:9', dataDir: '/x', port: 8181 });
    expect(demo.listen).toEqual([{ host: '127.0.0.1', port: 8181 }]);
    expect(demo.publicUrl?.href).toBe('http://127.0.0.1:8181/');
  });
});
