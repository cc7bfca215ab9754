import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createEnvelope } from '../../src/accounts/envelope.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { resealCredentials } from '../../src/keys/reseal.ts';
import { NOW_MS } from '../store/now.ts';
import { credential, person } from '../store/samples.ts';
import { fileOpener, makeFolder } from '../store/stores.ts';

const COUNT = 1_000;
const PROGRAM = new URL('./children/resealer.ts', import.meta.url).pathname;

/** Lets it do `batches` batches, and kills it as soon as it has told of the last. */
async function killAfter(batches: number, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write('.'.repeat(batches));
  const ended = once(child, 'exit');
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    seen += String(chunk).split('\n').length - 1;
    if (seen >= batches) child.kill('SIGKILL');
  });
  await ended;
}

it('a walk that is killed leaves every credential open to somebody, and the next one finishes', async () => {
  const path = join(await makeFolder(), 'sallyport.db');
  const store = await fileOpener(path)();
  const keys = new Map([0, 1].map((i) => [`k${i}`, random.bytes(32)]));
  const owner = (i: number) => ({
    ...{ kind: 'recovery' as const, principalId: 'id-ada', credentialId: `c${i}` },
  });
  const before = createEnvelope({ keys: { currentId: 'k0', keys }, random });
  const credentials = Array.from({ length: COUNT }, (_, i) =>
    credential(`c${i}`, { kind: 'recovery', sealed: before.seal(owner(i), `secret ${i}`) }),
  );
  await store.register({ principal: person('ada'), credentials, inviteId: null }, NOW_MS);
  const storeKeys = { currentId: 'k1', keys, replacedIds: new Set(['k0']) };
  const hex = (id: string) => Buffer.from(keys.get(id)!).toString('hex');
  const args = [path, JSON.stringify({ old: hex('k0'), next: hex('k1') })];
  const secrets = async () => {
    const envelope = createEnvelope({ keys: storeKeys, random });
    const account = await store.getAccount('id-ada');
    return account?.credentials.map(({ id, sealed }) =>
      envelope.open(owner(Number(id.slice(1))), sealed),
    );
  };
  const all = Array.from({ length: COUNT }, (_, i) => `secret ${i}`).toSorted();
  for (const batches of [1, 2, 4]) {
    await killAfter(batches, args);
    expect((await secrets())?.toSorted()).toEqual(all);
  }
  const left = await store.countSealed('k0', NOW_MS);
  expect(left).toBeLessThan(COUNT);
  expect(left).toBeGreaterThan(0);
  await resealCredentials({ store, storeKeys, random });
  expect(await store.countSealed('k0', NOW_MS)).toBe(0);
  expect((await secrets())?.toSorted()).toEqual(all);
});
