/** Built doors over houses, and how often they ask their stores. @module */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock as clock } from '../../src/core/ports.ts';
import { openWireTap } from '../../test/wire-tap.ts';
import { runCommand } from '../door.ts';
import { type Running, SUBJECT_CORE, start } from '../process.ts';
import { foundHouse, type House } from './house.ts';
import type { Kind, Place, Places } from './places.ts';

/** A running door, and the house that was made for it. */
export interface BuiltDoor {
  readonly kind: Kind;
  readonly house: House;
  readonly running: Running;
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts `dist/` on a house's configuration; the house can go on using its store. */
export async function openBuiltDoor(
  kind: Kind,
  house: House,
  nodeFlags: readonly string[] = [],
): Promise<BuiltDoor> {
  const { file, port } = house;
  const running = await start({ command: runCommand(file, nodeFlags), port, core: SUBJECT_CORE });
  return {
    ...{ kind, house, running, origin: `http://127.0.0.1:${port}` },
    async stop() {
      await running.stop();
      await house.store.close();
    },
  };
}

/** A door whose questions to its store are counted. */
export interface CountedDoor extends BuiltDoor {
  /** PostgreSQL: round-trips. SQLite: statements. So far, of this door alone. */
  asked(): number;
}

/** What a counted door is made from; `prepare` fills its house before the door starts. */
export interface CountedDoorOptions {
  readonly places: Places;
  readonly kind: Kind;
  readonly yaml: string;
  readonly prepare: (house: House) => Promise<void>;
}

/** PostgreSQL is tapped on the way; SQLite is counted by a module that Node loads first. */
export async function openCountedDoor(
  folder: string,
  { places, kind, yaml, prepare }: CountedDoorOptions,
): Promise<CountedDoor> {
  const found: Place = await places.found(kind);
  const tap = found.address === undefined ? undefined : await openWireTap(found.address);
  const place = { kind, address: tap?.address };
  const house = await foundHouse(folder, { place, clock, yaml });
  await prepare(house);
  // From here on the door alone is counted.
  await house.store.close();
  const before = tap?.trips ?? 0;
  const file = join(folder, `statements-${house.port}`);
  const counter = new URL(`./count-statements.js?into=${file}`, import.meta.url).href;
  const flags = tap === undefined ? ['--import', counter] : [];
  const door = await openBuiltDoor(kind, house, flags);
  return {
    ...door,
    asked: () => (tap === undefined ? Number(readFileSync(file, 'utf8')) : tap.trips - before),
    async stop() {
      await door.stop();
      await tap?.close();
    },
  };
}
