import { expect, it } from 'vitest';
import { measuredStore } from '../../src/telemetry/measured-store.ts';

it('tells each call once, with its time, whether it was answered, and why not', async () => {
  const calls: unknown[] = [];
  let nowMs = 0;
  const away = new Error('away');
  const store = {
    kind: 'plain',
    async read(id: number) {
      nowMs += 250;
      return [this.kind, id];
    },
    async write(): Promise<void> {
      throw away;
    },
  };
  const observe = (...call: unknown[]) => void calls.push(call);
  const measured = measuredStore(store, { observe }, () => nowMs);
  expect(await measured.read(7)).toEqual(['plain', 7]);
  await expect(measured.write()).rejects.toThrow('away');
  expect(measured.kind).toBe('plain');
  expect(calls).toEqual([
    ['read', 0.25, 'answered', undefined],
    ['write', 0, 'failed', away],
  ]);
});
