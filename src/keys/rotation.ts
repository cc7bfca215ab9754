/** Replaces keys by their age, a step at a time, whichever process comes first. @module */
import type { Config } from '../config/config.ts';
import type { Log } from '../core/log.ts';
import type { Clock, Random } from '../core/ports.ts';
import { changeKeys } from '../data-dir/change-keys.ts';
import { drawKey, type KeyFile } from '../data-dir/keys.ts';
import { activateKey, addKey, type Ring, retireKey, SPREAD_MS } from '../data-dir/ring.ts';
import { PASS_LIFETIME_MS } from '../session/contract.ts';
import type { Store } from '../store/contract.ts';
import { isStillNeeded } from './reseal.ts';

/** The key file, its rule, and the store as far as it knows keys in use. */
export interface RotationDeps {
  readonly keysFile: string;
  readonly store: Pick<Store, 'listCredentials'>;
  readonly rotateAfterMs: number;
  /** See {@link sealNeededMs}. */
  readonly sealNeededMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What is due for a ring; at most one step, so that a kill loses nothing. */
type RotationStep =
  | { readonly kind: 'add' }
  | { readonly kind: 'activate' | 'retire'; readonly id: string };

/**
 * How long after a key of cookies was replaced something that it has sealed may be shown.
 * Processes take the next key within seconds, and one may seal with the old one until then.
 */
export const sealNeededMs = ({ lifetimeMs }: Config['session']): number =>
  Math.max(lifetimeMs, PASS_LIFETIME_MS) + SPREAD_MS;

/** Nothing hurries: a machine that sleeps for a while has the key before it seals. */
const ACCEPT_MS = 3_600_000;

/**
 * Decides what is due.
 *
 * @param neededMs  how long a replaced key stays
 */
function nextStep(
  { currentId, keys }: Ring,
  nowMs: number,
  { rotateAfterMs, neededMs }: { readonly rotateAfterMs: number; readonly neededMs: number },
): RotationStep | undefined {
  for (const [id, { replacedAtMs }] of keys) {
    const isGone = replacedAtMs !== null && nowMs - replacedAtMs >= neededMs;
    if (id !== currentId && isGone) return { kind: 'retire', id };
  }
  // A key of a file of version 1 does not say how old it is: old enough.
  const bornAtMs = keys.get(currentId)?.addedAtMs ?? 0;
  if (nowMs - bornAtMs < rotateAfterMs) return undefined;
  const next = [...keys].find(([id, key]) => id !== currentId && key.replacedAtMs === null);
  if (next === undefined) return { kind: 'add' };
  const [id, { addedAtMs }] = next;
  return nowMs - (addedAtMs ?? 0) < ACCEPT_MS ? undefined : { kind: 'activate', id };
}

/** Takes the step that is due for each ring; decided anew under the lock of the file. */
export async function rotateByAge(deps: RotationDeps, file: KeyFile): Promise<void> {
  for (const name of ['seal', 'store'] as const) {
    const neededMs = name === 'seal' ? deps.sealNeededMs : ACCEPT_MS + SPREAD_MS;
    const rule = { rotateAfterMs: deps.rotateAfterMs, neededMs };
    const due = nextStep(file[name], deps.clock.nowMs(), rule);
    if (due === undefined) continue;
    if (name === 'store' && due.kind === 'retire') {
      // Its rows are being sealed anew; the next round asks again. Forms have ended by now.
      if (await isStillNeeded(deps.store, due.id)) continue;
    }
    await changeKeys(deps.keysFile, deps, (before) => {
      const step = nextStep(before[name], deps.clock.nowMs(), rule);
      // Another process was quicker.
      if (step?.kind !== due.kind || !isSameKey(step, due)) return before;
      deps.log.info({ ring: name, ...step }, SENTENCES[step.kind]);
      return { ...before, [name]: take(before[name], step, { ...deps, neededMs }) };
    });
  }
}

const SENTENCES: Readonly<Record<RotationStep['kind'], string>> = {
  add: 'the key that seals is old: a new one is added, and opens from now on',
  activate: 'the next key seals from now on',
  retire: 'nothing needs the old key any more: it is retired',
};

const isSameKey = (a: RotationStep, b: RotationStep) =>
  a.kind === 'add' || b.kind === 'add' || a.id === b.id;

function take(
  ring: Ring,
  step: RotationStep,
  { clock, random, neededMs }: Pick<RotationDeps, 'clock' | 'random'> & { neededMs: number },
): Ring {
  const nowMs = clock.nowMs();
  if (step.kind === 'add') {
    const { id, key } = drawKey(random, nowMs);
    return addKey(ring, id, key);
  }
  const change =
    step.kind === 'activate'
      ? activateKey(ring, step.id, { nowMs, isForced: false })
      : retireKey(ring, step.id, { nowMs, neededMs });
  return change.ok ? change.ring : ring;
}
