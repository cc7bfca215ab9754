/** `sallyport keys list` @module */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { systemClock as clock, systemRandom as random } from '../../core/ports.ts';
import { openDataDir } from '../../data-dir/data-dir.ts';
import { readKeysFile } from '../../data-dir/keys-file.ts';
import { phaseOf, type RingKey } from '../../data-dir/ring.ts';
import { storeAddressOf } from '../../store-address.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, printLine } from '../io.ts';
import { configOfInstallation } from './ring-option.ts';

/** Adds the command that shows both rings, and never a key. */
export function addKeysList(keys: Command, io: Io): void {
  addConfigOption(keys.command('list'))
    .description('show the keys: ring, id, phase, age, fingerprint, rows sealed with it')
    .action(async (options: ConfigOption) => {
      const config = configOfInstallation(io, options);
      const dataDir = await openDataDir(config.dataDir, { random });
      const file = await readKeysFile(dataDir.keysFile);
      if (file === undefined) return;
      const { openStore } = await import('../../store/open.ts');
      const store = await openStore({ address: storeAddressOf(config, dataDir), clock, random });
      try {
        for (const name of ['seal', 'store'] as const) {
          for (const [id, key] of file[name].keys) {
            const rows = name === 'store' ? `${await store.countSealed(id)} rows` : '';
            const parts = [name, id, phaseOf(file[name], id), ageOf(key), fingerprint(key), rows];
            printLine(io, parts.join('  ').trimEnd());
          }
        }
      } finally {
        await store.close();
      }
    });
}

function ageOf({ addedAtMs }: RingKey): string {
  if (addedAtMs === null) return 'first';
  return `${Math.floor((clock.nowMs() - addedAtMs) / 86_400_000)}d`;
}

/** A key has 256 bits: its hash tells nothing, and two machines can be compared by it. */
const fingerprint = ({ bytes }: RingKey) =>
  createHash('sha256').update('sallyport/fingerprint/').update(bytes).digest('hex').slice(0, 12);
