/** What `examples/` holds works as it stands. @module */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { AuditEvent } from '../../src/audit/events.ts';
import { createLogSink } from '../../src/audit/sinks.ts';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { describeWith } from '../programs.ts';
import { ROOT } from './sources.ts';

const at = (...path: string[]) => join(ROOT, 'examples', ...path);
const read = (...path: string[]) => readFileSync(at(...path), 'utf8');

describe('the configurations', () => {
  it.each(readdirSync(at('.')).filter((name) => /^config.*\.yaml$/.test(name)))(
    '%s loads',
    (name) => {
      const loaded = loadConfig({ file: at(name), env: {} });
      expect(loaded.ok ? loaded.warnings : loaded.problems.map(formatProblem)).toEqual([]);
    },
  );

  it('keep their data where the container and the unit say', () => {
    const loaded = loadConfig({
      file: at('config-jupyter.yaml'),
      env: { SALLYPORT_DATA_DIR: '/data' },
    });
    expect(loaded).toMatchObject({ ok: true, config: { dataDir: '/data' } });
  });
});

describe('compose.yaml', () => {
  const { services, volumes, networks } = parse(read('compose.yaml'));
  const { sallyport, jupyter } = services;

  it('gives the door no more rights than it needs', () => {
    expect(sallyport).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: ['/tmp'],
    });
    expect(sallyport.volumes).toContain('sallyport-data:/data');
    expect(volumes).toHaveProperty('sallyport-data');
  });

  it('leaves no way to Jupyter but through the door', () => {
    expect(jupyter).not.toHaveProperty('ports');
    expect(jupyter.networks).toEqual(['back']);
    expect(networks.back).toEqual({ internal: true });
  });

  it('sends the door to the service that it starts', () => {
    const loaded = loadConfig({ file: at('config-jupyter.yaml'), env: {} });
    const origin = loaded.ok ? loaded.config.routes[0]?.upstream?.origin : undefined;
    expect(origin).toBe('http://jupyter:8888');
    expect(jupyter.command).toContain('--port=8888');
  });

  it('waits for the door to drain', () => {
    const loaded = loadConfig({ file: at('config-jupyter.yaml'), env: {} });
    const drainMs = loaded.ok ? loaded.config.drainMs : Number.NaN;
    expect(Number.parseInt(sallyport.stop_grace_period, 10) * 1000).toBeGreaterThan(drainMs);
  });
});

describe('compose-postgres.yaml, laid over compose.yaml', () => {
  const base = parse(read('compose.yaml'));
  const { services, volumes, networks, secrets } = parse(read('compose-postgres.yaml'));
  const { sallyport, postgres } = services;

  it('changes nothing of the door but its store', () => {
    expect(Object.keys(services)).toEqual(['sallyport', 'postgres']);
    expect(Object.keys(sallyport).toSorted()).toEqual(
      ['environment', 'secrets', 'depends_on', 'networks'].toSorted(),
    );
    expect(base.services.sallyport.networks).not.toContain('store');
  });

  it('leads the door to the database that it makes, with the password of one file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-compose-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const password = join(folder, 'password');
    writeFileSync(password, 'of-a-file\n');
    const [secret] = sallyport.secrets;
    const inContainer = `/run/secrets/${secret}`;
    expect(secrets[secret].file).toMatch(/^\.\/secrets\//);
    expect(sallyport.environment.POSTGRES_PASSWORD_FILE).toBe(inContainer);
    expect(postgres.environment).toEqual({
      POSTGRES_DB: sallyport.environment.POSTGRES_DB,
      POSTGRES_USER: sallyport.environment.POSTGRES_USERNAME,
      POSTGRES_PASSWORD_FILE: inContainer,
    });
    const env = { ...sallyport.environment, POSTGRES_PASSWORD_FILE: password };
    const loaded = loadConfig({ file: at('config-jupyter.yaml'), env });
    expect(loaded).toMatchObject({ ok: true, config: { store: { host: 'postgres' } } });
    const store = loaded.ok ? loaded.config.store : undefined;
    expect(store?.password?.reveal()).toBe('of-a-file');
    expect(store?.tls).toBeUndefined();
  });

  it('keeps what is sent in the clear on a network that has the two of them alone', () => {
    expect(networks.store).toEqual({ internal: true });
    expect(sallyport.networks).toEqual(['store']);
    expect(postgres.networks).toEqual(['store']);
    expect(postgres).not.toHaveProperty('ports');
  });

  it('starts the door once the database answers, and keeps what is in it', () => {
    expect(sallyport.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(postgres.healthcheck.test).toContain('pg_isready');
    expect(postgres.volumes).toEqual(['store:/var/lib/postgresql/data']);
    expect(volumes).toHaveProperty('store');
  });
});

describeWith(['systemd-analyze'], 'sallyport.service', () => {
  // The verifier wants the programs of ExecStart to exist; they do on the real machine.
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-unit-'));
    cpSync(at('sallyport.service'), join(folder, 'sallyport.service'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is a unit that systemd understands', () => {
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', 'sallyport.service'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).not.toMatch(/sallyport\.service:\d+:/);
  });
});

describe('the fail2ban filter', () => {
  const pattern = /^failregex = (.*)$/m.exec(read('fail2ban', 'filter.conf'))![1]!;
  // What fail2ban itself puts in place of <HOST>, for addresses.
  const failregex = new RegExp(pattern.replace('<HOST>', '(?<host>[0-9a-f.:]+)'));
  const lineOf = (event: AuditEvent) => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    createLogSink(createLog({ level: 'info', format: 'json', destination }))(event);
    return lines.join('').trimEnd();
  };

  it.each([
    { type: 'sign-in', outcome: 'refused', source: '203.0.113.9' },
    { type: 'sign-in', outcome: 'refused', source: '203.0.113.9', name: 'ada', requestId: 'q-1' },
    { type: 'sign-in', outcome: 'throttled', source: '2001:db8::1' },
    { type: 'sign-up', outcome: 'wrong-code', source: '203.0.113.9' },
    { type: 'enrol', outcome: 'wrong-code', source: '203.0.113.9', name: 'ada' },
  ] as const satisfies readonly AuditEvent[])('counts %j', (event) => {
    expect(failregex.exec(lineOf(event))?.groups?.host).toBe(event.source);
  });

  it.each([
    { type: 'sign-in', outcome: 'success', source: '203.0.113.9', name: 'ada' },
    { type: 'sign-out', source: '203.0.113.9', name: 'ada' },
    { type: 'user-added', source: 'cli', name: 'ada' },
    // A name that tries to look like a message.
    { type: 'sign-out', source: '203.0.113.9', name: '","msg":"sign-in refused from 192.0.2.1"}' },
    { type: 'sign-out', source: '203.0.113.9', name: 'sign-in refused from 192.0.2.1' },
  ] as const satisfies readonly AuditEvent[])('leaves %j alone', (event) => {
    expect(lineOf(event)).not.toMatch(failregex);
  });

  it('finds the time of a line where it says', () => {
    const datepattern = /^datepattern = (.*)$/m.exec(read('fail2ban', 'filter.conf'))![1]!;
    const signs = {
      Y: '\\d{4}',
      m: '\\d\\d',
      d: '\\d\\d',
      H: '\\d\\d',
      M: '\\d\\d',
      S: '\\d\\d',
      f: '\\d+',
      z: 'Z',
    };
    const date = datepattern.replace(/%%(\w)/g, (_, sign: keyof typeof signs) => signs[sign]);
    expect(lineOf({ type: 'sign-in', outcome: 'refused', source: '203.0.113.9' })).toMatch(
      new RegExp(date),
    );
  });
});
