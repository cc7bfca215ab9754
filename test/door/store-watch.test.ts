import { expect, it, onTestFinished } from 'vitest';
import { DoorError } from '../../src/core/errors.ts';
import { createNotes } from '../../src/door/health.ts';
import { createStoreWatch } from '../../src/door/store-watch.ts';
import { createLog } from '../../src/telemetry/logger.ts';

const FULL = new DoorError('E_STORE_DOWN', 'The database is on a full disk: make room there.');

function openWatch() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) };
  const log = createLog({ level: 'info', format: 'json', destination });
  const notes = createNotes();
  const time = { nowMs: 0 };
  const watch = createStoreWatch({
    ...{ store: { ping: async () => {} }, log, notes },
    stopwatch: () => time.nowMs,
  });
  onTestFinished(() => watch.close());
  return { watch, lines, notes, time };
}

it('says why the store is away once, however many calls fail, and again each minute', () => {
  const { watch, lines, notes, time } = openWatch();
  for (let i = 0; i < 1_000; i += 1) watch.observe('spendStep', 0, 'failed', FULL);
  expect(lines).toEqual([expect.stringContaining('on a full disk: make room there.')]);
  expect(notes.notes()).toEqual([FULL.message]);
  time.nowMs += 60_000;
  for (let i = 0; i < 1_000; i += 1) watch.observe('spendStep', 0, 'failed', FULL);
  expect(lines).toHaveLength(2);
});

it('says nothing of calls that break for another reason', () => {
  const { watch, lines, notes } = openWatch();
  watch.observe('spendStep', 0, 'failed', new TypeError('a fault of ours'));
  watch.observe('spendStep', 0, 'answered');
  expect(lines).toEqual([]);
  expect(notes.notes()).toEqual([]);
});

it('says when the store answers again, once nothing has failed for a while', async () => {
  const { watch, lines, notes, time } = openWatch();
  watch.observe('spendStep', 0, 'failed', FULL);
  time.nowMs += 3_000;
  await expect.poll(() => notes.notes(), { timeout: 5_000 }).toEqual([]);
  expect(lines.slice(1)).toEqual(['The database answers again.']);
});
