import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthorization } from '../../src/core/authorization.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const code = (name: string, realm: string, digits: string) => ({
  ...{ scheme: 'code', name, realm, code: digits },
});

describe('Authorization', () => {
  it.each([
    ['Bearer abc', { scheme: 'bearer', token: 'abc' }],
    ['bearer  a.b_c~d+e/f-g==', { scheme: 'bearer', token: 'a.b_c~d+e/f-g==' }],
    ['OTP name="a", realm="b", token="123456"', code('a', 'b', '123456')],
    ['otp token=1, realm=b, name=a', code('a', 'b', '1')],
    [`Basic ${base64('a@b:123456')}`, code('a', 'b', '123456')],
    [`basic ${base64('a@b@c:1')}`, code('a@b', 'c', '1')],
    [`Basic ${base64('ü@ß:1')}`, code('ü', 'ß', '1')],
    [`Basic ${base64('a@b:1:2@3')}`, code('a', 'b', '1:2@3')],
  ])('reads %j', (value, presented) => expect(parseAuthorization(value)).toEqual(presented));

  it.each([
    '',
    'abc',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Digest username="a"',
    'Basic !!!!',
    `Basic ${base64('a:1')}`,
    `Basic ${base64('@b:1')}`,
    `Basic ${base64('a@b')}`,
    'OTP name="a", realm="b"',
    'OTP name="a", name="c", realm="b", token="1"',
    'OTP name="a" realm="b" token="1"',
  ])('makes nothing of %j', (value) => expect(parseAuthorization(value)).toBeUndefined());

  it('never throws, whatever the bytes', () => {
    const anyField = fc.tuple(
      fc.constantFrom('', 'Bearer ', 'Basic ', 'OTP ', 'OTP name='),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    fc.assert(fc.property(anyField, (parts) => void parseAuthorization(parts.join(''))));
  });

  it('long rubbish costs no time', () => {
    const before = process.cpuUsage();
    for (const long of ['"\\'.repeat(8_000), ' ,'.repeat(8_000), 'a='.repeat(8_000)]) {
      expect(parseAuthorization(`OTP ${long}`)).toBeUndefined();
      expect(parseAuthorization(`Basic ${long}`)).toBeUndefined();
    }
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });
});
