/** What a machine has opened ends with its right to it, in the process that did not hear of it. @module */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createBearers } from '../../../src/accounts/bearers.ts';
import { codeAt, stepAt } from '../../../src/accounts/totp.ts';
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import { openDataDir } from '../../../src/data-dir/data-dir.ts';
import { createConfiguredServices } from '../../../src/machines/apis.ts';
import { openStore } from '../../../src/store/open.ts';
import { createLog } from '../../../src/telemetry/logger.ts';
import { startLivedTime } from '../../lived-time.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';
import { otp, SEED } from './machine-door.ts';

let upstream: WebSocketServer;
let door: TestDoor;
beforeEach(async () => {
  upstream = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  const to = `upstream: "http://127.0.0.1:${port}"`;
  door = await openTestDoor({
    yaml: `routes:\n  - { name: live, access: { realms: [monitoring] }, ${to} }`,
  });
});
afterEach(async () => {
  await door[Symbol.asyncDispose]();
  upstream.close();
});

/** The rules over a store of their own, as a command or another instance has them. */
async function elsewhere() {
  const { databaseFile, storeKeys } = await openDataDir(door.config.dataDir, { random });
  const store = await openStore({ address: { kind: 'sqlite', path: databaseFile }, clock, random });
  const log = createLog({ level: 'silent', format: 'json' });
  const ground = { store, clock, random };
  return {
    bearers: createBearers({ ...ground, audit: () => {} }),
    services: createConfiguredServices({ ...ground, storeKeys, log, config: door.config }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

async function connect(authorization: string): Promise<{ readonly closed: Promise<number> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}/`, { headers: { authorization } });
  await once(socket, 'open');
  return { closed: once(socket, 'close').then(([code]) => code as number) };
}

it('a WebSocket opened by a bearer ends when another process revokes it', async () => {
  await using other = await elsewhere();
  const scopes = ['pass:live'];
  const made = await other.bearers.issue({ name: 'ci', scopes, lifetimeMs: 3_600_000 });
  if (!made.ok) throw new Error(made.reason);
  const { closed } = await connect(`Bearer ${made.token.reveal()}`);
  const livedMs = startLivedTime();
  await other.bearers.revoke('ci');
  expect(await closed).toBe(1008);
  expect(livedMs()).toBeLessThan(2_000);
});

it('a WebSocket opened by a code ends when another process removes the service', async () => {
  await using other = await elsewhere();
  const actor = { source: 'cli', by: 'cli' };
  const service = { name: 'backup', realm: 'monitoring', seed: new Secret(SEED) };
  const added = await other.services.add(service, actor);
  if (!added.ok) throw new Error(added.reason);
  const key = { secret: SEED, algorithm: 'SHA1', digits: 6, periodSec: 30 } as const;
  const code = codeAt(key, stepAt(clock.nowMs(), 30));
  const { closed } = await connect(otp('backup', 'monitoring', code));
  await other.services.remove(added.service.id, actor);
  expect(await closed).toBe(1008);
});
