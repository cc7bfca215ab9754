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
  const pings: Error[] = [];
  let asked = 0;
  const ping = async () => {
    asked += 1;
    const failure = pings.shift();
    if (failure !== undefined) throw failure;
  };
  const watch = createStoreWatch({
    ...{ store: { ping }, log, notes },
    stopwatch: () => time.nowMs,
  });
  onTestFinished(() => watch.close());
  return { watch, lines, notes, time, pings, asked: () => asked };
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
  const { watch, lines, notes, time, asked } = openWatch();
  watch.observe('spendStep', 0, 'failed', FULL);
  time.nowMs += 1_999;
  await expect.poll(asked).toBe(1);
  expect(notes.notes()).toEqual([FULL.message]);
  time.nowMs += 1;
  await expect.poll(() => notes.notes()).toEqual([]);
  expect(lines.slice(1)).toEqual(['The database answers again.']);
});

it('asks by itself until the store answers, whatever its answers are', async () => {
  const { watch, lines, notes, time, pings, asked } = openWatch();
  const gone = new DoorError('E_STORE_DOWN', 'The database is gone.');
  pings.push(gone, new TypeError('a fault of ours'));
  watch.observe('spendStep', 0, 'failed', FULL);
  time.nowMs += 10_000;
  await expect.poll(asked).toBe(1);
  expect(notes.notes()).toEqual([gone.message]);
  await expect.poll(asked).toBe(3);
  // The first answer failed at this very moment.
  expect(notes.notes()).toEqual([gone.message]);
  time.nowMs += 2_000;
  await expect.poll(() => notes.notes()).toEqual([]);
  expect(lines).toHaveLength(2);
});

it('asks nothing and hears nothing once it is closed', async () => {
  const { watch, lines, notes, asked } = openWatch();
  watch.observe('spendStep', 0, 'failed', FULL);
  watch.close();
  watch.observe('spendStep', 0, 'failed', new DoorError('E_STORE_DOWN', 'The door is closing.'));
  // Longer than it waits between two questions.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect([asked(), lines.length, notes.notes()]).toEqual([0, 1, [FULL.message]]);
});
