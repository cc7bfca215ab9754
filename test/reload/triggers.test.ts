import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { startReloads } from '../../src/reload/triggers.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { openRunningDoor } from './running-door.ts';

it('can be asked by a command before it reads the configuration for the first time', async () => {
  await using running = await openRunningDoor('upstream: http://127.0.0.1:9');
  const dataDir = join(running.folder, 'data');
  const seen: string[][] = [];
  const stop = await startReloads({
    door: running.door,
    log: createLog({ level: 'error', format: 'json' }),
    load() {
      seen.push(readdirSync(join(dataDir, 'control')));
      return loadConfig({ file: join(running.folder, 'config.yaml'), env: {} });
    },
    dataDir,
    metrics: createMetrics({ version: '0', node: '0' }),
  });
  await stop();
  expect(seen).toEqual([[expect.stringMatching(/\.sock$/)]]);
});
