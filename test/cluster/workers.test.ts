/** Several processes on one address, killed and told to end. @module */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, get, type RequestListener, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { PASSWORD } from '../cli/installation.ts';
import { Client } from '../e2e/client.ts';
import { codeFrom } from '../e2e/people.ts';
import { startLivedTime } from '../lived-time.ts';
import { isRefused } from '../ports.ts';
import {
  isAlive,
  kill,
  killAtOnce,
  type RunningDoor,
  socketsOf,
  startDoor,
  until,
} from './crew-of-processes.ts';

const SECONDS = Number(process.env.TEST_KILL_SECONDS ?? 6);
const HELLO: RequestListener = (_req, res) => res.end('hello');

let door: RunningDoor;
afterEach(() => door[Symbol.dispose]());

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  await response.arrayBuffer();
  return response.status;
}

const readyz = async () => (await fetch(`${door.admin}/readyz`)).json();

describe('a door with two workers', () => {
  it('serves on one port, writes who wrote a line, and offers one set-up link', async () => {
    door = await startDoor(HELLO);
    expect(await statusOf(`${door.origin}/open`)).toBe(200);
    expect(door.workers()).toHaveLength(2);
    await door.program.until(/signup\?invite=/);
    expect(door.program.output().match(/signup\?invite=/g)).toHaveLength(1);
    const refused = request(`${door.origin}/open`, { method: 'TRACE' }).end();
    expect((await once(refused, 'response'))[0].statusCode).toBe(405);
    await door.program.until(/"worker":[12],.*"outcome":"E_METHOD_REFUSED"/);
    const exposition = await (await fetch(`${door.admin}/metrics`)).text();
    expect(exposition).toMatch(/^sallyport_requests_total\{route="\*\/open".*\} 1$/m);
    expect(await readyz()).toEqual({ ready: true, reasons: [], notes: [] });
  });

  it('replaces a worker that was killed, at the same port', async () => {
    door = await startDoor(HELLO);
    const [first = 0, second = 0] = door.workers();
    kill(first);
    await door.program.until(/a worker has ended, another follows/);
    await until(() => door.workers().length === 2);
    await until(async () => (await readyz()).notes.length === 0);
    expect(door.workers()).toContain(second);
    await killAtOnce(second);
    expect(await statusOf(`${door.origin}/open`)).toBe(200);
  });

  it('replaces a worker that was asked to leave, once it has drained', async () => {
    const answers: (() => void)[] = [];
    door = await startDoor((_req, res) => {
      res.writeHead(200).write('be');
      answers.push(() => res.end('gun'));
    });
    const [leaving = 0] = door.workers();
    // A connection that was kept could be one to the worker that leaves.
    const init = { headers: { connection: 'close' } };
    const response = await fetch(`${door.origin}/open`, init);
    kill(leaving, 'SIGTERM');
    for (const answer of answers) answer();
    expect(await response.text()).toBe('begun');
    await until(() => !isAlive(leaving) && door.workers().length === 2);
    const next = fetch(`${door.origin}/open`, init);
    await until(() => answers.length === 2);
    answers[1]?.();
    expect((await next).status).toBe(200);
  });

  it('ends a session in every worker, with its live sockets', async () => {
    door = await startDoor(HELLO);
    const sockets = new WebSocketServer({ server: door.upstream });
    sockets.on('connection', () => {});
    const { otpauth_uri } = await door.installation.addUser('ada');
    const client = new Client(door.origin);
    const fields = { username: 'ada', password: PASSWORD, code: codeFrom(otpauth_uri) };
    expect((await client.submit('/_auth/login', '/_auth/login', fields)).status).toBe(303);
    const headers = { cookie: client.cookieHeader };
    const live: WebSocket[] = [];
    const pids = door.workers();
    const before = pids.map(socketsOf);
    const areSpread = () => pids.every((pid, index) => socketsOf(pid) >= (before[index] ?? 0) + 2);
    // Nobody promises an even spread: as many as it takes until both workers hold some.
    while (live.length < 400 && !areSpread()) {
      const more = Array.from(
        { length: 20 },
        () => new WebSocket(`${door.origin.replace('http', 'ws')}/ws`, { headers }),
      );
      await Promise.all(more.map((socket) => once(socket, 'open')));
      live.push(...more);
    }
    expect(areSpread()).toBe(true);
    const closed = live.map(async (socket) => (await once(socket, 'close'))[0]);
    expect(
      door.installation.spawn(['user', 'disable', 'ada', '--config', 'config.yaml']).status,
    ).toBe(0);
    const livedMs = startLivedTime();
    expect(new Set(await Promise.all(closed))).toEqual(new Set([1008]));
    expect(livedMs()).toBeLessThan(2_000);
    for (let i = 0; i < 10; i += 1) {
      const answer = await fetch(`${door.origin}/`, {
        headers: { ...headers, connection: 'close' },
        redirect: 'manual',
      });
      expect(answer.status).not.toBe(200);
    }
  });

  it('leaves with 0 after what runs has finished, and closes WebSockets with 1001', async () => {
    let finish = () => {};
    door = await startDoor((_req, res) => {
      finish = () => res.end('done');
    });
    new WebSocketServer({ server: door.upstream });
    const socket = new WebSocket(`${door.origin.replace('http', 'ws')}/open/ws`);
    await once(socket, 'open');
    const closing = once(socket, 'close');
    const slow = fetch(`${door.origin}/open`);
    await once(door.upstream, 'request');
    const pids = door.workers();
    const stopped = door.program.stop('SIGTERM');
    expect((await closing)[0]).toBe(1001);
    // Both must have been told.
    await until(() => isRefused(door.port));
    expect(await readyz()).toMatchObject({ ready: false, reasons: ['the door is closing'] });
    finish();
    expect(await (await slow).text()).toBe('done');
    expect(await stopped).toBe(0);
    expect(door.program.output()).toContain('"msg":"drained"');
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('cuts what is too slow, and says so', async () => {
    door = await startDoor(() => {}, 'workers: 2\ndrain: 500ms');
    const slow = fetch(`${door.origin}/open`).catch(() => 'cut');
    await once(door.upstream, 'request');
    expect(await door.program.stop('SIGTERM')).toBe(0);
    expect(await slow).toBe('cut');
    expect(door.program.output()).toContain('some requests were cut');
  });

  it('ends at once at the second signal, workers too', async () => {
    door = await startDoor(() => {});
    const slow = fetch(`${door.origin}/open`).catch(() => 'cut');
    await once(door.upstream, 'request');
    const pids = door.workers();
    door.program.child.kill('SIGTERM');
    await door.program.until(/SIGTERM received/);
    expect(await door.program.stop('SIGTERM')).toBe(1);
    expect(await slow).toBe('cut');
    await until(() => !pids.some(isAlive));
  });

  it('leaves no worker behind when the primary is killed', async () => {
    door = await startDoor(HELLO);
    const pids = door.workers();
    door.program.child.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
  });

  it('takes a changed configuration in every worker', async () => {
    door = await startDoor(HELLO);
    const file = join(door.installation.folder, 'config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('/open', '/wide'));
    expect(door.installation.spawn(['reload', '--config', 'config.yaml']).status).toBe(0);
    await door.program.until(/route added: \*\/wide/);
    const [victim = 0] = door.workers();
    await killAtOnce(victim);
    for (let i = 0; i < 20; i += 1) expect(await statusOf(`${door.origin}/wide`)).toBe(200);
    await until(() => door.workers().length === 2 && !door.workers().includes(victim));
    await until(async () => (await readyz()).notes.length === 0);
    for (let i = 0; i < 20; i += 1) expect(await statusOf(`${door.origin}/wide`)).toBe(200);
  });

  it('takes a permission back in a worker that starts during the reload, too', async () => {
    door = await startDoor(HELLO);
    const [victim = 0, other = 0] = door.workers();
    kill(victim);
    const isNew = (pid: number) => pid !== victim && pid !== other;
    await until(() => door.workers().some(isNew));
    const [young = 0] = door.workers().filter(isNew);
    kill(young, 'SIGSTOP');
    const file = join(door.installation.folder, 'config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('access: public', 'access: deny'));
    expect(door.installation.spawn(['reload', '--config', 'config.yaml']).status).toBe(0);
    kill(young, 'SIGCONT');
    await until(async () => (await readyz()).notes.length === 0);
    await killAtOnce(other);
    expect(await statusOf(`${door.origin}/open`)).toBe(403);
  });

  it(
    `loses a killed worker's own requests and no others in ${SECONDS} s of one a second`,
    async () => {
      door = await startDoor(HELLO);
      let [asked, failed, kills] = [0, 0, 0];
      const endsAtMs = performance.now() + SECONDS * 1_000;
      const load = async () => {
        const agent = new Agent({ keepAlive: false });
        while (performance.now() < endsAtMs) {
          asked += 1;
          if (!(await isAnswered(`${door.origin}/open`, agent))) failed += 1;
        }
      };
      const killing = (async () => {
        while (performance.now() < endsAtMs - 1_500) {
          await until(async () => (await readyz()).notes.length === 0);
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          const [victim = 0] = door.workers();
          kill(victim);
          kills += 1;
        }
      })();
      await Promise.all([load(), load(), load(), load(), killing]);
      if (SECONDS > 6) process.stdout.write(`${JSON.stringify({ asked, failed, kills })}\n`);
      // Each of the four has one request under way at most when a worker dies.
      expect(failed).toBeLessThanOrEqual(kills * 4);
      expect(asked).toBeGreaterThan(failed * 5);
      expect(kills).toBeGreaterThan(0);
    },
    (SECONDS + 90) * 1_000,
  );
});

function isAnswered(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent }, (res) => {
      res
        .resume()
        .once('end', () => resolve(res.statusCode === 200))
        .once('error', () => resolve(false));
    }).once('error', () => resolve(false));
  });
}
