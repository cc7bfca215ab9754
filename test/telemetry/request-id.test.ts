import { expect, it } from 'vitest';
import { systemRandom } from '../../src/core/ports.ts';
import { acceptRequestId, createRequestIds } from '../../src/telemetry/request-id.ts';

it('gives every request of every process another id, short and acceptable', () => {
  const processes = [createRequestIds(systemRandom), createRequestIds(systemRandom)];
  const ids = processes.flatMap((next) => Array.from({ length: 10_000 }, next));
  expect(new Set(ids).size).toBe(20_000);
  for (const id of ids) {
    expect(id.length).toBeLessThanOrEqual(24);
    expect(acceptRequestId(id)).toBe(id);
  }
});

it.each(['a', 'A-1_b.c', '0af7651916cd43dd8448eb211c80319c', 'x'.repeat(128)])(
  'accepts %.40s from a trusted peer',
  (value) => {
    expect(acceptRequestId(value)).toBe(value);
  },
);

it.each([undefined, '', ' ', 'a b', 'a\n', 'a\r\nX: y', 'ä', 'a"b', 'x'.repeat(129), 'a,b'])(
  'does not accept %.40j',
  (value) => {
    expect(acceptRequestId(value)).toBeUndefined();
  },
);
