import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLiveKeySet, makeNameKey } from '../../src/core/key-set.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { changeKeys } from '../../src/data-dir/change-keys.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { drawKey, type Rings } from '../../src/data-dir/keys.ts';
import { addKey } from '../../src/data-dir/ring.ts';
import { watchKeys } from '../../src/data-dir/watch-keys.ts';
import { makeFolder } from './folders.ts';

let base: string;
let path: string;
beforeEach(async () => {
  base = await makeFolder();
  path = join(base, 'keys.json');
  return () => rm(base, { recursive: true, force: true });
});

const add = () => {
  const { id, key } = drawKey(random, 1);
  return changeKeys(path, { random }, (file) => ({ ...file, seal: addKey(file.seal, id, key) }));
};

describe('a change of the keys', () => {
  it('keeps every key of a file of version 1, and how names become throttle keys', async () => {
    const before = await openDataDir(base, { random });
    await add();
    const after = await openDataDir(base, { random });
    expect(JSON.parse(await readFile(path, 'utf8')).version).toBe(2);
    expect(after.sealKeys.keys.size).toBe(2);
    expect(after.sealKeys.currentId).toBe(before.sealKeys.currentId);
    expect(after.storeKeys).toEqual(before.storeKeys);
    expect(after.storeKeys.nameKey).toEqual(makeNameKey(before.storeKeys));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is lost in no race', async () => {
    await openDataDir(base, { random });
    await Promise.all(Array.from({ length: 10 }, add));
    expect((await openDataDir(base, { random })).sealKeys.keys.size).toBe(11);
  });

  it('that is refused leaves the file as it is, and the next one works', async () => {
    await openDataDir(base, { random });
    const before = await readFile(path, 'utf8');
    const refused = changeKeys(path, { random }, () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await readFile(path, 'utf8')).toBe(before);
    await add();
  });
});

describe('a running process', () => {
  it('follows the file, and keeps its keys while the file is damaged', async () => {
    const { sealKeys } = await openDataDir(base, { random });
    const live = createLiveKeySet(sealKeys);
    const problems: (string | undefined)[] = [];
    const onRings = (rings: Rings) => live.replace(rings.sealKeys);
    const onProblem = (problem: string | undefined) => void problems.push(problem);
    const watch = watchKeys({ path, onRings, onProblem });
    await add();
    await watch.look();
    expect(live.keys.size).toBe(2);
    const good = await readFile(path, 'utf8');
    await writeFile(path, good.slice(0, 40));
    await watch.look();
    await watch.look();
    expect(live.keys.size).toBe(2);
    expect(problems).toEqual([expect.stringMatching(/stay in use.*damaged/)]);
    await writeFile(path, good);
    await watch.look();
    expect(problems.at(-1)).toBeUndefined();
    watch.close();
  });
});
