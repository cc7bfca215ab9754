/** What one verification of a service costs: `tsx bench/verify.ts`, or a row of the bench. @module */
import { createHmac, createSecretKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createServices } from '../src/accounts/services.ts';
import { codeAt, stepAt } from '../src/accounts/totp.ts';
import { systemClock as clock, systemRandom as random } from '../src/core/ports.ts';
import { Secret } from '../src/core/secret.ts';
import { openDataDir } from '../src/data-dir/data-dir.ts';
import { openStore } from '../src/store/open.ts';
import { runCommand } from './door.ts';
import { measure, medianSample, type Sample } from './load.ts';
import { freePort } from './ports.ts';
import { type Running, SUBJECT_CORE, start } from './process.ts';

/** Services in the table beside the two that are asked about. */
const SERVICES = 50_000;
const CONNECTIONS = 32;
/** A caller's proof and a subject's, each compared with the codes of seven steps. */
const PROOFS = 2;
const STEPS = 7;

export interface VerifyRow {
  readonly sample: Sample;
  /** CPU of the bare HMACs of one verification, in microseconds. */
  readonly hmacUs: number;
}

/** Loads `POST /ungleichotp/verify/` of the built door, its two codes right. */
export async function measureVerify(
  folder: string,
  rounds: { readonly count: number; readonly seconds: number },
): Promise<VerifyRow> {
  const { running, script } = await startVerifyDoor(folder);
  const samples: Sample[] = [];
  const load = { path: '/ungleichotp/verify/', headers: [], connections: CONNECTIONS, script };
  for (let round = 0; round <= rounds.count; round += 1) {
    writeFileSync(script, wrkScript());
    const sample = await measure(running, { ...load, seconds: rounds.seconds });
    // The first round warms up.
    if (round > 0) samples.push(sample);
  }
  await running.stop();
  return { sample: medianSample(samples), hmacUs: hmacUsPerVerify() };
}

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const TOTP = { issuer: 'Bench', digits: 6, periodSec: 30, algorithm: 'SHA1' } as const;

async function startVerifyDoor(folder: string): Promise<{ running: Running; script: string }> {
  const port = await freePort();
  const home = join(folder, `verify-${port}`);
  mkdirSync(home);
  const file = join(home, 'config.yaml');
  writeFileSync(
    file,
    `listen: 127.0.0.1:${port}\npublic_url: http://127.0.0.1:${port}
upstream: http://127.0.0.1:9\nrealms: { enabled: true }\nlog: { level: warn }\n`,
  );
  await fill(join(home, 'data'));
  const running = await start({ command: runCommand(file), port, core: SUBJECT_CORE });
  return { running, script: join(home, 'verify.lua') };
}

async function fill(dataDir: string): Promise<void> {
  const { databaseFile, storeKeys } = await openDataDir(dataDir, { random });
  const store = await openStore({ address: { kind: 'sqlite', path: databaseFile }, clock, random });
  const budget = { free: 10, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 50 };
  const services = createServices({
    ...{ store, storeKeys, clock, random, audit: () => {} },
    throttle: { source: budget, account: budget, device: budget },
    ...{ totp: TOTP, window: 3, maxLength: 128 },
  });
  const seed = new Secret(SEED);
  const actor = { source: 'cli', by: 'cli' };
  await services.add({ name: 'web', realm: 'ungleich-auth', seed }, actor);
  await services.add({ name: 'ada', realm: 'blue', seed }, actor);
  await store.close();
  const db = new DatabaseSync(databaseFile);
  db.exec(`insert into principal (id, kind, realm, name, canonical_name, groups, created_at_ms)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${SERVICES})
    select 'id' || i, 'service', 'blue', 's' || i, 's' || i, '[]', 0 from n`);
  db.close();
}

/** A code is good for three more steps, longer than any round. */
function wrkScript(): string {
  const token = codeAt({ ...TOTP, secret: SEED }, stepAt(clock.nowMs(), TOTP.periodSec));
  const body = JSON.stringify({
    ...{ name: 'web', realm: 'ungleich-auth', token },
    ...{ verifyname: 'ada', verifyrealm: 'blue', verifytoken: token },
  });
  return `wrk.method = "POST"\nwrk.body = '${body}'
wrk.headers["Content-Type"] = "application/json"\n`;
}

function hmacUsPerVerify(): number {
  const seed = random.bytes(20);
  const counter = Buffer.alloc(8);
  const prove = () => {
    const key = createSecretKey(seed);
    for (let step = 0; step < STEPS; step += 1) createHmac('sha1', key).update(counter).digest();
  };
  const count = 10_000;
  for (let i = 0; i < count; i += 1) prove();
  const before = process.cpuUsage();
  for (let i = 0; i < count; i += 1) prove();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / count) * PROOFS;
}

/** The row as Markdown, under a head of its own. */
export function verifyTable({ sample, hmacUs }: VerifyRow): string {
  const cells = [
    sample.requestsPerSec.toFixed(0),
    sample.cpuUs.toFixed(0),
    sample.p50Ms.toFixed(2),
    sample.p99Ms.toFixed(2),
    hmacUs.toFixed(0),
    (sample.cpuUs / hmacUs).toFixed(1),
  ];
  return `| verify, 50,000 services | /s | CPU µs | p50 ms | p99 ms | bare HMAC µs | CPU / HMAC |
|---|---:|---:|---:|---:|---:|---:|
| caller and subject, seven steps each | ${cells.join(' | ')} |`;
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  try {
    process.stdout.write(`${verifyTable(await measureVerify(folder, { count: 3, seconds: 3 }))}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
