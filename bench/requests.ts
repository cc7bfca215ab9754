/** What a small request costs: the door beside its neighbours, in alternating rounds. @module */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Door, startDoor } from './door.ts';
import { type Load, measure, medianSample, type Sample } from './load.ts';
import { startAuthRequest, startProxyPass } from './nginx.ts';
import { freePort } from './ports.ts';
import { type Running, SUBJECT_CORE, start } from './process.ts';

export interface Row {
  readonly name: string;
  /** The medians of all rounds, field by field. */
  readonly sample: Sample;
  /** One sample a round, in the order in which they were taken. */
  readonly rounds: readonly Sample[];
}

interface Subject {
  readonly name: string;
  readonly running: Running;
  readonly load: Load;
}

const SESSIONS_IN_ROTATION = 10_000;
const CONNECTIONS = 32;

export interface Rounds {
  readonly count: number;
  readonly seconds: number;
}

/**
 * Measures every subject once per round, so that a noisy minute hurts all of them alike.
 * Every other round goes backwards: what drifts favours neither of two neighbours.
 */
export async function measureRequests(
  folder: string,
  upstream: number,
  rounds: Rounds,
): Promise<readonly Row[]> {
  const subjects = await startSubjects(folder, upstream, rounds.seconds);
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds.count; round += 1) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const { name, running, load } of order) {
      const sample = await measure(running, load);
      // The first round warms up.
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  await Promise.all(subjects.map(({ running }) => running.stop()));
  return [...samples].map(([name, taken]) => ({
    ...{ name, sample: medianSample(taken), rounds: taken },
  }));
}

async function startSubjects(
  folder: string,
  upstream: number,
  seconds: number,
): Promise<readonly Subject[]> {
  const core = SUBJECT_CORE;
  const door = await startDoor(folder, { upstream, core, sessions: SESSIONS_IN_ROTATION });
  const signedIn = `Cookie: ${door.cookies[0]}`;
  const base: Load = { path: '/hello.txt', headers: [], connections: CONNECTIONS, seconds };
  const logging = await startDoor(folder, { upstream, core, sessions: 1, logsAll: true });
  const rotation = { ...base, script: rotationScript(folder, door) };
  const authRequest = await startAuthRequest(folder, core, { upstream, door: door.port });
  // Whom a promise compares stand side by side: the same noise meets both.
  return [
    { name: 'http-proxy 1.18.1', running: await startHttpProxy(upstream), load: base },
    { name: 'Caddy reverse_proxy', running: await startCaddy(folder, upstream), load: base },
    { name: 'door, signed in', running: door, load: { ...base, headers: [signedIn] } },
    { name: 'door, public route', running: door, load: { ...base, path: '/open/hello.txt' } },
    { name: 'door, 10,000 sessions', running: door, load: rotation },
    {
      name: 'door, every request logged',
      running: logging,
      load: { ...base, headers: [`Cookie: ${logging.cookies[0]}`] },
    },
    {
      name: 'door, /_auth/check',
      running: door,
      load: { ...base, path: '/_auth/check', headers: [signedIn] },
    },
    { name: 'bare node:http', running: await startNode('hello.js'), load: base },
    {
      name: 'nginx proxy_pass',
      running: await startProxyPass(folder, core, upstream),
      load: base,
    },
    {
      name: 'nginx + auth_request + check',
      running: together(authRequest, door),
      load: { ...base, headers: [signedIn] },
    },
  ];
}

/** nginx and the door both pay for a request that is checked by one and sent by the other. */
function together(front: Running, back: Running): Running {
  return {
    ...front,
    cpuUs: () => front.cpuUs() + back.cpuUs(),
    rssKb: () => front.rssKb() + back.rssKb(),
  };
}

/** A wrk script that sends another person's cookie with each request. */
function rotationScript(folder: string, { cookies }: Door): string {
  const list = join(folder, 'cookies.txt');
  writeFileSync(list, cookies.join('\n'));
  const file = join(folder, 'rotation.lua');
  writeFileSync(
    file,
    `local requests, at = {}, 0
function init()
  for line in io.lines("${list}") do
    requests[#requests + 1] = wrk.format("GET", "/hello.txt", { Cookie = line })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
`,
  );
  return file;
}

/** Starts one of `bench/subjects/`. */
export async function startNode(script: string, ...args: string[]): Promise<Running> {
  const port = await freePort();
  const file = new URL(`subjects/${script}`, import.meta.url).pathname;
  const command = [process.execPath, '--no-deprecation', file, String(port), ...args];
  return start({ command, port, core: SUBJECT_CORE });
}

export const startHttpProxy = (upstream: number): Promise<Running> =>
  startNode('http-proxy.js', `http://127.0.0.1:${upstream}`);

async function startCaddy(folder: string, upstream: number): Promise<Running> {
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  writeFileSync(
    file,
    `{\n  auto_https off\n  admin off\n  log {\n    level ERROR\n  }\n}
http://127.0.0.1:${port} {\n  reverse_proxy 127.0.0.1:${upstream}\n}\n`,
  );
  const command = ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'];
  return start({ command, port, core: SUBJECT_CORE });
}
