/** The disk under SQLite takes nothing more: a real door, seen by a browser and in its log. @module */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { startLivedTime } from '../lived-time.ts';
import { Client } from './client.ts';
import { type Disk, disksOfThisMachine } from './disks.ts';
import { codeFrom } from './people.ts';
import { complaintsOf } from './process.ts';

/** Nothing is waited for: the disk refuses at once. */
const FORM_WITHIN_MS = 5_000;
const RECOVERED_WITHIN_MS = 5_000;
/** The shortest that counts: three looks at the feed. */
const GRACE_MS = 3_000;

describe.each(disksOfThisMachine())('a door on $name', ({ open, sentence }) => {
  let disk: Disk;
  let upstream: Server;
  let installation: Installation;

  beforeEach(async () => {
    disk = open();
    upstream = createServer((_req, res) => res.end('inside')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    new WebSocketServer({ server: upstream });
    installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: { listen: 127.0.0.1:0 }
log: { format: json }
store_grace: ${GRACE_MS}ms
data_dir: ${disk.folder}
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
`);
  });

  afterEach(async () => {
    for (const { child } of installation.running) {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    }
    installation[Symbol.dispose]();
    upstream.close();
    upstream.closeAllConnections();
    disk[Symbol.dispose]();
  });

  async function openDoor() {
    const program = installation.start(['run', '--config', 'config.yaml']);
    const [, origin = ''] = await program.until(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
    const [, metrics = ''] = await program.until(/"metrics":"(http:[^"]+)"/);
    return { program, origin, readyz: new URL('/readyz', metrics) };
  }

  const newCode = async (name: string) => codeFrom((await installation.addUser(name)).otpauth_uri);

  async function signIn(origin: string, username: string, code: string) {
    const client = new Client(origin);
    const fields = { username, password: PASSWORD, code };
    return { client, ...(await client.submit('/_auth/login', '/_auth/login', fields)) };
  }

  /** Let in within five seconds, and with this code nobody ever again. */
  async function expectLetInOnce(origin: string, username: string, code: string) {
    const livedMs = startLivedTime();
    let status = 0;
    while (status !== 303) {
      status = (await signIn(origin, username, code)).status;
      expect(livedMs()).toBeLessThan(RECOVERED_WITHIN_MS);
    }
    expect((await signIn(origin, username, code)).status).not.toBe(303);
  }

  it('keeps those inside, takes nobody in, says why once, and recovers', async () => {
    const [ada, bea, cleo] = [await newCode('ada'), await newCode('bea'), await newCode('cleo')];
    let { program, origin, readyz } = await openDoor();
    const inside = (await signIn(origin, 'ada', ada)).client;
    const leaving = (await signIn(origin, 'cleo', cleo)).client;
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, {
      headers: { cookie: inside.cookieHeader },
    });
    await once(socket, 'open');
    const signOut = () => leaving.submit('/_auth/logout', '/_auth/logout', {});

    disk.fail(program.child.pid ?? 0);
    const failedAtMs = performance.now();
    for (let i = 0; i < 5; i += 1) {
      const sentAtMs = performance.now();
      const refused = await signIn(origin, 'bea', bea);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(performance.now() - sentAtMs).toBeLessThan(FORM_WITHIN_MS);
    }
    // Signed out here, and told that this is not the whole truth.
    expect((await signOut()).status).toBe(503);
    expect((await leaving.get('/')).text).not.toBe('inside');
    const health = await fetch(readyz);
    expect(health.status).toBe(503);
    expect((await health.json()).notes).toEqual([expect.stringMatching(sentence)]);
    // What cannot be written can be read, and nothing can have been ended: nobody has to leave.
    await wait(GRACE_MS + 1_500 - (performance.now() - failedAtMs));
    for (let i = 0; i < 20; i += 1) expect((await inside.get('/')).text).toBe('inside');
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(complaintsOf(program)).toEqual([expect.stringMatching(sentence)]);

    if (disk.mend) disk.mend(program.child.pid ?? 0);
    else {
      expect(await program.stop()).toBe(0);
      disk.repair();
      ({ program, origin } = await openDoor());
    }
    await expectLetInOnce(origin, 'bea', bea);
    if (disk.mend) {
      await program.until(/The database answers again/);
      expect((await inside.get('/')).text).toBe('inside');
      await expect.poll(() => sessionsOf('cleo'), { timeout: 2 * RECOVERED_WITHIN_MS }).toBe(0);
    }
    expect(await program.stop()).toBe(0);
    expect(query('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('does not start there, says why in one sentence, and starts once it can', async () => {
    const ada = await newCode('ada');
    // Where a process is limited, its children are.
    disk.fail(process.pid);
    const { status, stdout, stderr } = installation.spawn(['run', '--config', 'config.yaml']);
    disk.mend?.(process.pid);
    disk.repair();
    expect(status).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    const { origin } = await openDoor();
    await expectLetInOnce(origin, 'ada', ada);
  });

  function query(text: string, ...values: string[]) {
    const db = new DatabaseSync(join(disk.folder, 'sallyport.db'), { readOnly: true });
    try {
      return db.prepare(text).all(...values);
    } finally {
      db.close();
    }
  }

  const sessionsOf = (name: string) =>
    query(
      'select sid from session join principal on principal.id = session.principal_id where name = ?',
      name,
    ).length;
});
