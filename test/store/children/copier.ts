/** Runs one copy of a whole database; says when it begins, and how it ended. @module */
import { writeSync } from 'node:fs';
import { systemRandom as random } from '../../../src/core/ports.ts';
import { writeBackup } from '../../../src/store/backup.ts';
import { copyStore } from '../../../src/store/move.ts';
import { restoreBackup } from '../../../src/store/restore.ts';
import { clock } from '../now.ts';

const [, , task = '', address = '', file = ''] = process.argv;
const store = { address: JSON.parse(address), clock, random };
const stepOf = () => 7;
const TASKS: Readonly<Record<string, () => Promise<unknown>>> = {
  backup: () => writeBackup(store, { file, mayReplace: false }),
  restore: () => restoreBackup(store, { file, draft: `${file}.draft`, mayReplace: true, stepOf }),
  move: () => copyStore({ from: { kind: 'sqlite', path: file }, to: store.address, clock, random }),
};
writeSync(1, 'begun\n');
const outcome = await TASKS[task]?.().then(
  () => 'done',
  (error: unknown) => `${Object(error).code} ${error}`,
);
writeSync(1, `${outcome}\n`);
