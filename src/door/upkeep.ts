/** What an open door does beside its requests: it looks after keys and clocks. @module */

import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { isStoreDown } from '../core/errors.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Log } from '../core/log.ts';
import { readKeysFile } from '../data-dir/keys-file.ts';
import { type KeysWatch, watchKeys } from '../data-dir/watch-keys.ts';
import { rotateByAge, sealNeededMs } from '../keys/rotation.ts';
import { createKeyUpkeep, type KeyUpkeep } from '../keys/upkeep.ts';
import { createClockWatch } from './clock-watch.ts';
import type { Ground } from './ground.ts';

/** Work that comes back; none of it keeps the process alive. */
export interface Upkeep {
  /** Begins no more of it, and waits for what must not be cut. */
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** @param configInForce  asked at each look, since a reload changes it */
export function startUpkeep(
  ground: Pick<Ground, 'deps' | 'dataDir'>,
  configInForce: () => Config,
): Upkeep {
  const { deps } = ground;
  const keys = createKeyUpkeep(deps);
  const keysWatch = followKeys(ground, keys);
  const rotate = () => rotateWhenDue(ground, configInForce());
  const minutely = eachMinute([keys.run, rotate, createClockWatch(deps)], deps.log);
  return {
    close() {
      keysWatch?.close();
      clearInterval(minutely);
      return keys.close();
    },
  };
}

/** Once at once, then every minute. */
function eachMinute(works: readonly (() => Promise<void>)[], log: Log): NodeJS.Timeout {
  const run = () => {
    for (const work of works) {
      work().catch((error: unknown) => {
        if (isStoreDown(error)) return;
        log.warn({ err: error }, 'The minutely look at keys and clocks failed.');
      });
    }
  };
  run();
  return setInterval(run, MINUTE_MS).unref();
}

async function rotateWhenDue(
  { deps, dataDir }: Pick<Ground, 'deps' | 'dataDir'>,
  { keys, session }: Config,
): Promise<void> {
  const { keysFile } = dataDir;
  const { rotateAfterMs } = keys;
  if (rotateAfterMs === undefined || keysFile === undefined) return;
  const file = await readKeysFile(keysFile);
  if (file === undefined) return;
  const rule = { rotateAfterMs, sealNeededMs: sealNeededMs(session) };
  await rotateByAge({ ...deps, keysFile, ...rule }, file);
}

/** Ids and phases, as `keys list` shows them. */
const describeKeys = ({
  sealKeys,
  storeKeys,
}: Pick<Ground['dataDir'], 'sealKeys' | 'storeKeys'>) => ({
  sealRing: phasesOf(sealKeys),
  storeRing: phasesOf(storeKeys),
});

const phasesOf = ({ currentId, keys }: KeySet): readonly string[] =>
  [...keys.keys()].map((id) => `${id} ${id === currentId ? 'issue' : 'accept'}`);

function followKeys(
  { deps, dataDir }: Pick<Ground, 'deps' | 'dataDir'>,
  upkeep: KeyUpkeep,
): KeysWatch | undefined {
  const { keysFile, sealKeys, storeKeys } = dataDir;
  const { log, health } = deps;
  if (keysFile === undefined) return undefined;
  return watchKeys({
    path: keysFile,
    onRings: (rings) => {
      const before = describeKeys(dataDir);
      sealKeys.replace(rings.sealKeys);
      storeKeys.replace(rings.storeKeys);
      const after = describeKeys(dataDir);
      // Whoever copies the file to several machines waits for this line on each.
      if (!isDeepStrictEqual(after, before)) log.info(after, 'The keys have changed.');
      void upkeep.run();
    },
    onProblem: (problem) => {
      if (problem !== undefined) log.error({}, problem);
      health.note('keys', problem);
    },
  });
}
