/** `npm run bench -- scale`: the tables of docs/scaling.md, in one go. @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStatic } from '../nginx.ts';
import { LOAD_CORE } from '../process.ts';
import { type AtSize, measureAtSize } from './at-size.ts';
import { type Growth, measureGrowth } from './growth.ts';
import { measureOneWriter } from './one-writer.ts';
import { openPair, type Population } from './pairs.ts';
import { KINDS, openPlaces, type Places } from './places.ts';
import { countQuestions, type Questions } from './questions.ts';
import { measureRate, type Rate } from './rates.ts';
import {
  atSizeTable,
  growthTable,
  questionsTable,
  ratesTable,
  scalePromises,
  workersTable,
  writersTable,
} from './tables.ts';
import { measureWorkers } from './workers.ts';

const QUICK = {
  load: { count: 2, seconds: 1 },
  crowd: { withPassword: 48, withCodeAlone: 200 },
  idleSec: 5,
  population: { principals: 10_000, sessions: 100_000 },
  rounds: 3,
};

const FULL: typeof QUICK = {
  load: { count: 9, seconds: 2 },
  crowd: { withPassword: 200, withCodeAlone: 1_000 },
  idleSec: 20,
  population: { principals: 100_000, sessions: 1_000_000 },
  rounds: 9,
};

/** One run's folder and stores, and how much it does. */
interface Run {
  readonly folder: string;
  readonly places: Places;
  readonly scale: typeof QUICK;
}

/** Prints every table, and what is promised beside it. */
export async function benchScale({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const scale = isQuick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const places = await openPlaces();
  const run = { folder, places, scale };
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const dispose = async () => {
    await places.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  // A bench that is broken off must not leave its server running.
  process.once('SIGINT', () => void dispose().finally(() => process.exit(130)));
  try {
    print(`Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model.trim()}`);
    print(`${scale.load.count} rounds of ${scale.load.seconds} s, medians.\n`);
    const workers = await loadWorkers(run);
    print(`${workersTable(workers)}\n`);
    const questions = await countAll(run);
    print(`${questionsTable(questions)}\n`);
    print(`${ratesTable(await rateAll(run))}\n`);
    print(`${writersTable(await measureOneWriter(places, scale.rounds))}\n`);
    const { growth, atSize } = await growAll(run);
    print(`${growthTable(growth, sizeOf(scale.population))}\n`);
    print(`${atSizeTable(atSize, sizeOf(scale.population))}\n`);
    print(scalePromises({ workers, questions, growth }));
  } finally {
    await dispose();
  }
}

async function loadWorkers({ folder, scale }: Run) {
  const upstream = await startStatic(folder, LOAD_CORE);
  try {
    return await measureWorkers(folder, upstream.port, scale.load);
  } finally {
    await upstream.stop();
  }
}

async function countAll({ folder, places, scale: { idleSec } }: Run): Promise<Questions[]> {
  const rows: Questions[] = [];
  for (const kind of KINDS) rows.push(await countQuestions(folder, places, { kind, idleSec }));
  return rows;
}

async function rateAll({ folder, places, scale: { crowd } }: Run): Promise<Rate[]> {
  const rows: Rate[] = [];
  for (const hasPassword of [false, true]) {
    const count = hasPassword ? crowd.withPassword : crowd.withCodeAlone;
    for (const kind of KINDS) {
      rows.push(await measureRate(folder, places, { kind, hasPassword, count }));
    }
  }
  return rows;
}

async function growAll({ folder, places, scale }: Run) {
  const growth: Growth[] = [];
  const atSize: AtSize[] = [];
  for (const kind of KINDS) {
    const pair = await openPair(folder, { places, kind, population: scale.population });
    growth.push(...(await measureGrowth(pair, scale.rounds)));
    atSize.push(await measureAtSize(pair));
    await pair.empty.store.close();
    await pair.full.store.close();
  }
  return { growth, atSize };
}

const sizeOf = ({ principals, sessions }: Population): string =>
  `${principals.toLocaleString('en')} people, ${sessions.toLocaleString('en')} sessions`;
