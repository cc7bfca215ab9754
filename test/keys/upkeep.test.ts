import { describe, expect, it } from 'vitest';
import { createEnvelope } from '../../src/accounts/envelope.ts';
import { createLiveKeySet } from '../../src/core/key-set.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { createHealth } from '../../src/door/health.ts';
import { createKeyUpkeep } from '../../src/keys/upkeep.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { clock, NOW_MS } from '../store/now.ts';
import { credential, registration } from '../store/samples.ts';
import { fileOpener } from '../store/stores.ts';

async function openUpkeep() {
  const [k1, k2] = [random.bytes(32), random.bytes(32)] as const;
  const first = { currentId: 'k1', keys: new Map([['k1', k1]]) };
  const store = await fileOpener(':memory:')();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) };
  const log = createLog({ level: 'info', format: 'json', destination });
  const health = createHealth({ store, clock });
  const [sealKeys, storeKeys] = [createLiveKeySet(first), createLiveKeySet(first)];
  const upkeep = createKeyUpkeep({ store, sealKeys, storeKeys, random, clock, log, health });
  const rotated = {
    ...{ currentId: 'k2', replacedIds: new Set(['k1']) },
    keys: new Map([...first.keys, ['k2', k2]]),
  };
  const only = (id: string) => ({ currentId: id, keys: new Map([[id, random.bytes(32)]]) });
  return { store, upkeep, storeKeys, sealKeys, first, rotated, only, health, lines };
}

describe('a running process', () => {
  it('seals credentials anew once their key was replaced', async () => {
    const { store, upkeep, storeKeys, first, rotated, lines } = await openUpkeep();
    const owner = { kind: 'totp' as const, principalId: 'id-ada', credentialId: 'c' };
    const sealed = createEnvelope({ keys: first, random }).seal(owner, 'seed');
    await store.register(
      registration('ada', { credentials: [credential('c', { sealed })] }),
      NOW_MS,
    );
    await upkeep.run();
    expect(await store.countSealed('k1', NOW_MS)).toBe(1);
    storeKeys.replace(rotated);
    await upkeep.run();
    expect(await store.countSealed('k1', NOW_MS)).toBe(0);
    expect(await store.countSealed('k2', NOW_MS)).toBe(1);
    expect(lines).toEqual(['Credentials were sealed with the current store key.']);
  });

  it('goes on with keys that the installation no longer has, and says so until it has them', async () => {
    const { upkeep, sealKeys, first, only, health, lines } = await openUpkeep();
    await upkeep.run();
    expect(health.notes()).toEqual([]);
    sealKeys.replace(only('k9'));
    await upkeep.run();
    await upkeep.run();
    expect(health.notes()).toEqual([expect.stringMatching(/wants the seal key/)]);
    expect(lines).toHaveLength(1);
    sealKeys.replace(first);
    await upkeep.run();
    expect(health.notes()).toEqual([]);
  });

  it('leaves it to the next round where the store does not answer, and to its watch to say so', async () => {
    const { store, upkeep, lines } = await openUpkeep();
    await store.close();
    await upkeep.run();
    expect(lines).toEqual([]);
  });
});
