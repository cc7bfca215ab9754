import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { readKeysFile } from '../../src/data-dir/keys-file.ts';
import { rotateByAge } from '../../src/keys/rotation.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { NOW_MS } from '../store/now.ts';
import { credential, registration } from '../store/samples.ts';
import { fileOpener, makeFolder } from '../store/stores.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function openRotation() {
  const folder = await makeFolder();
  const { keysFile = '' } = await openDataDir(join(folder, 'data'), { random });
  const clock = { ms: 1_800_000_000_000, nowMs: () => clock.ms };
  const store = await fileOpener(':memory:')();
  const log = createLog({ level: 'silent', format: 'json' });
  const rule = { rotateAfterMs: 90 * DAY_MS, sealNeededMs: 8 * HOUR_MS };
  const read = async () => (await readKeysFile(keysFile))!;
  /** As three processes at once. */
  const round = async () => {
    const file = await read();
    const deps = { keysFile, store, clock, random, log, ...rule };
    await Promise.all([1, 2, 3].map(() => rotateByAge(deps, file)));
  };
  const ids = async (ring: 'seal' | 'store') => {
    const { currentId, keys } = (await read())[ring];
    return { current: currentId, others: [...keys.keys()].filter((id) => id !== currentId) };
  };
  return { clock, store, round, ids };
}

describe('rotation by age', () => {
  it('adds, waits, activates, waits and retires, with three processes at it', async () => {
    const { clock, round, ids } = await openRotation();
    const first = await ids('seal');
    await round();
    const added = await ids('seal');
    expect(added).toEqual({ current: first.current, others: [expect.any(String)] });
    const next = added.others[0]!;
    clock.ms += HOUR_MS - 1;
    await round();
    expect(await ids('seal')).toEqual(added);
    clock.ms += 1;
    await round();
    expect(await ids('seal')).toEqual({ current: next, others: [first.current] });
    clock.ms += 8 * HOUR_MS - 1;
    await round();
    expect((await ids('seal')).others).toEqual([first.current]);
    clock.ms += 1;
    await round();
    expect(await ids('seal')).toEqual({ current: next, others: [] });
    clock.ms += 80 * DAY_MS;
    await round();
    expect(await ids('seal')).toEqual({ current: next, others: [] });
    clock.ms += 10 * DAY_MS;
    await round();
    expect((await ids('seal')).others).toHaveLength(1);
  });

  it('keeps a store key for as long as a row needs it', async () => {
    const { clock, store, round, ids } = await openRotation();
    const first = await ids('store');
    await round();
    clock.ms += HOUR_MS;
    await round();
    const credentials = [credential('c', { sealed: `v1.${first.current}.iv.box` })];
    await store.register(registration('ada', { credentials }), NOW_MS);
    clock.ms += DAY_MS;
    await round();
    expect((await ids('store')).others).toEqual([first.current]);
    await store.removePrincipal('id-ada');
    await round();
    expect((await ids('store')).others).toEqual([]);
  });
});
