import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';

describe('Secret', () => {
  const value = 'JBSWY3DPEHPK3PXP';
  const secret = new Secret(value);

  it.each([
    ['JSON', () => JSON.stringify({ secret })],
    ['util.inspect', () => inspect({ secret }, { showHidden: true, depth: 9 })],
    ['util.inspect at any depth', () => inspect({ a: { b: { c: { secret } } } }, { depth: 0 })],
    ['a template', () => `${secret}`],
    ['concatenation', () => `x${String(secret)}`],
    ['String()', () => String(secret)],
    ['an Error', () => String(new Error(`no ${secret}`).stack)],
    ['Object.keys', () => Object.keys(secret).join()],
    ['Object.entries', () => JSON.stringify(Object.entries(secret))],
    ['Reflect.ownKeys', () => Reflect.ownKeys(secret).map(String).join()],
    ['a copy', () => JSON.stringify({ ...secret })],
    ['structuredClone', () => JSON.stringify(structuredClone({ ...secret }))],
    ['an array joined', () => [secret, secret].join(' ')],
  ])('does not show its value through %s', (_, print) => {
    expect(print()).not.toContain(value);
  });

  it('gives the value back to whoever reveals it', () => {
    expect(secret.reveal()).toBe(value);
  });
});
