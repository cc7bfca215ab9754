/** `npm run dev`: a door with nothing on disk, a demonstration upstream and a ready user. @module */
import { createAdministration } from './accounts/administration.ts';
import { currentCode } from './accounts/totp.ts';
import { createLogSink } from './audit/sinks.ts';
import { demoConfig } from './config/load.ts';
import { ADMIN_GROUP } from './core/identity.ts';
import type { KeySet } from './core/key-set.ts';
import { systemClock as clock, systemRandom as random } from './core/ports.ts';
import { Secret } from './core/secret.ts';
import { startDemoUpstream } from './demo/upstream.ts';
import { createApp } from './door/app.ts';
import { createHealth } from './door/health.ts';
import { listen } from './door/listener.ts';
import { openStore } from './store/open.ts';
import { createLog } from './telemetry/logger.ts';

const NAME = 'dev';
const PASSWORD = 'for trying things out';

const upstream = await startDemoUpstream();
const config = demoConfig({ upstream: upstream.origin, dataDir: '/nonexistent' });
const log = createLog({ level: 'debug', format: 'pretty' });
const store = await openStore({ address: { kind: 'sqlite', path: ':memory:' }, clock, random });
const freshKeys = (): KeySet => ({ currentId: 'dev', keys: new Map([['dev', random.bytes(32)]]) });
const keys = { sealKeys: freshKeys(), storeKeys: freshKeys() };

const app = createApp({
  config,
  store,
  ...keys,
  clock,
  random,
  log,
  health: createHealth({ store, clock }),
});
await app.start();
const listener = await listen(app.gate, config);

const administration = createAdministration({
  store,
  storeKeys: keys.storeKeys,
  clock,
  random,
  audit: createLogSink(log),
  policy: config.auth,
});
const added = await administration.addUser({
  name: NAME,
  password: new Secret(PASSWORD),
  totpSecret: undefined,
  groups: [ADMIN_GROUP],
});
if (!added.ok) throw new Error(JSON.stringify(added.problems));

/** A code works once and lives one step: print each new one as it begins. */
function printCode(uri: Secret): void {
  const { code, validForMs } = currentCode(uri.reveal(), clock.nowMs());
  process.stdout.write(
    `\n  ${config.publicUrl?.origin}  user ${NAME}  password "${PASSWORD}"  code ${code}\n`,
  );
  setTimeout(printCode, validForMs, uri).unref();
}
printCode(added.uri);

process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());

async function stop(): Promise<void> {
  await Promise.all([listener.drain(0), app.close()]);
  await Promise.all([store.close(), upstream.close()]);
}
