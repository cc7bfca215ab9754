import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer } from '../../src/session/seal.ts';
import { keySet, START_MS, stoppedClock } from './fixtures.ts';

const BODY = { sid: 'abc', list: ['x', 'ü'] };

function setUp(keys = keySet()) {
  const clock = stoppedClock();
  return { clock, sealer: createSealer({ keys, purpose: 'session', clock }) };
}

describe('a seal', () => {
  it('opens to what was sealed', async () => {
    const { sealer } = setUp();
    expect(await sealer.unseal(await sealer.seal(BODY, START_MS + 1000))).toEqual(BODY);
  });

  it('needs no escaping in a cookie', async () => {
    const { sealer } = setUp();
    expect(await sealer.seal(BODY, START_MS + 1000)).toMatch(/^[A-Za-z0-9_.*-]+$/);
  });

  it('is dead at its expiry, not a minute of skew later', async () => {
    const { clock, sealer } = setUp();
    const text = await sealer.seal(BODY, START_MS + 1000);
    clock.advance(999);
    expect(await sealer.unseal(text)).toEqual(BODY);
    clock.advance(1);
    expect(await sealer.unseal(text)).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])(
    'is never made with a lifetime of %s, which is for ever',
    async (ms) => {
      const { sealer } = setUp();
      await expect(sealer.seal(BODY, START_MS + ms)).rejects.toThrow(RangeError);
    },
  );

  it('of another purpose does not open', async () => {
    const clock = stoppedClock();
    const browser = createSealer({ keys: keySet(), purpose: 'browser', clock });
    const { sealer } = setUp();
    expect(await sealer.unseal(await browser.seal(BODY, START_MS + 1000))).toBeUndefined();
  });

  it('of an older key opens until that key is retired', async () => {
    const text = await setUp(keySet('k1')).sealer.seal(BODY, START_MS + 1000);
    expect(await setUp(keySet('k2', ['k1', 'k2'])).sealer.unseal(text)).toEqual(BODY);
    expect(await setUp(keySet('k2')).sealer.unseal(text)).toBeUndefined();
  });

  it('of a foreign key under our key id does not open', async () => {
    const foreign = { currentId: 'k1', keys: new Map([['k1', new Uint8Array(32).fill(9)]]) };
    const text = await setUp(foreign).sealer.seal(BODY, START_MS + 1000);
    expect(await setUp().sealer.unseal(text)).toBeUndefined();
  });

  it('whose key id or expiry was exchanged does not open', async () => {
    const { sealer } = setUp(keySet('k1', ['k1', 'k2']));
    const text = await sealer.seal(BODY, START_MS + 1000);
    expect(await sealer.unseal(text.replace('*k1*', '*k2*'))).toBeUndefined();
    expect(await sealer.unseal(text.replace(/\*\d{13}\*/, '*9999999999999*'))).toBeUndefined();
    expect(await sealer.unseal(text.replace(/\*\d{13}\*/, '**'))).toBeUndefined();
  });

  it('with any one bit flipped does not open', async () => {
    const { sealer } = setUp();
    const text = await sealer.seal(BODY, START_MS + 1000);
    // The last character of a base64 text holds bits that mean nothing; revocation knows.
    const bits = fc.record({
      at: fc.nat(text.length - 2),
      bit: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(bits, async ({ at, bit }) => {
        const bytes = Buffer.from(text, 'latin1');
        bytes[at] = (bytes[at] as number) ^ (1 << bit);
        const opened = await sealer.unseal(bytes.toString('latin1'));
        expect(opened === undefined || JSON.stringify(opened) === JSON.stringify(BODY)).toBe(true);
        if (text[at] !== '*' && at < text.lastIndexOf('**')) expect(opened).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('longer than any cookie is not even tried, however genuine', async () => {
    const { sealer } = setUp();
    const text = await sealer.seal('x'.repeat(65_536), START_MS + 1000);
    expect(await sealer.unseal(text)).toBeUndefined();
  });

  it('cut anywhere does not open', async () => {
    const { sealer } = setUp();
    const text = await sealer.seal(BODY, START_MS + 1000);
    for (let length = 0; length < text.length; length += 7) {
      expect(await sealer.unseal(text.slice(0, length))).toBeUndefined();
    }
  });
});

describe('rubbish instead of a seal never opens and never throws', () => {
  it.each([
    ['nothing', ''],
    ['64 KB of one character', 'x'.repeat(65_536)],
    ['64 KB of separators', '*'.repeat(65_536)],
    ['64 KB with the head of a seal', `Fe26.2*k1**${'A'.repeat(65_536)}`],
    ['the key id __proto__', 'Fe26.2*__proto__**aaaa*bbbb*9999999999999*cccc*dddd'],
    ['the key id constructor', 'Fe26.2*constructor**aaaa*bbbb*9999999999999*cccc*dddd'],
    ['no key id', 'Fe26.2***aaaa*bbbb*9999999999999*cccc*dddd'],
    ['no expiry', 'Fe26.2*k1**aaaa*bbbb**cccc*dddd'],
    ['bad base64', 'Fe26.2*k1**!!!!*????*9999999999999**%%%%'],
    ['another format', 'eyJhbGciOiJub25lIn0.e30.'],
    ['control characters', '\u0000\u0001\u007f'],
  ])('%s', async (_name, text) => {
    expect(await setUp().sealer.unseal(text)).toBeUndefined();
  });

  it('any text at all', async () => {
    const { sealer } = setUp();
    const parts = fc.array(
      fc.constantFrom('Fe26.2', 'k1', '*', '**', '99999999999999', 'AAAA', 'ÿ'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          parts.map((p) => p.join('')),
        ),
        async (text) => {
          expect(await sealer.unseal(text)).toBeUndefined();
        },
      ),
    );
  });
});

describe('a sealer', () => {
  it('is not built without its current key', () => {
    const keys = { currentId: 'k2', keys: keySet('k1').keys };
    expect(() => setUp(keys)).toThrow(RangeError);
  });
});
