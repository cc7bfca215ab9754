/** `sallyport keys list` @module */
import type { Command } from 'commander';
import { fingerprintOf } from '../../core/key-set.ts';
import { systemClock as clock, systemRandom as random } from '../../core/ports.ts';
import { phaseOf, type RingKey } from '../../data-dir/ring.ts';
import { configOfInstallation } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, printLine } from '../io.ts';
import { readKeys } from './ring-change.ts';

/** Adds the command that shows both rings, and never a key. */
export function addKeysList(keys: Command, io: Io): void {
  addConfigOption(keys.command('list'))
    .description('show the keys: ring, id, phase, age, fingerprint, rows sealed with it')
    .action(async (options: ConfigOption) => {
      const { config } = configOfInstallation(io, options);
      const { openInstallation } = await import('../../door/installation.ts');
      const { store } = await openInstallation(config, { clock, random });
      try {
        const file = await readKeys(config);
        if (file === undefined) return;
        for (const name of ['seal', 'store'] as const) {
          for (const [id, key] of file[name].keys) {
            const rows =
              name === 'store' ? `${await store.countSealed(id, clock.nowMs())} rows` : '';
            const parts = [
              name.padEnd(5),
              id,
              phaseOf(file[name], id).padEnd(6),
              ageOf(key),
              fingerprintOf(key.bytes),
              rows,
            ];
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
