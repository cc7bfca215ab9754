import { describe, expect, it } from 'vitest';
import { parseOtpAuthorization } from '../../src/core/otp-authorization.ts';

const triple = { name: 'web', realm: 'auth', token: '123456' };

describe('Authorization: OTP', () => {
  it.each([
    'OTP name="web", realm="auth", token="123456"',
    'otp NAME=web,realm=auth,token=123456',
    'OTP \t token="123456" , name = "w\\eb" ,realm="auth"',
  ])('reads %s', (value) => expect(parseOtpAuthorization(value)).toEqual(triple));

  it('reads names of any script, quotes and backslashes', () => {
    const value = Buffer.from('OTP name="ü\\"🚪\\\\,", realm="r=,", token="1"').toString('latin1');
    expect(parseOtpAuthorization(value)).toEqual({ name: 'ü"🚪\\,', realm: 'r=,', token: '1' });
  });

  it.each([undefined, '', 'Basic d2Vi', 'Bearer x', 'OTPX name="web"'])(
    'leaves %j to others',
    (value) => expect(parseOtpAuthorization(value)).toBeUndefined(),
  );

  it.each([
    'OTP',
    'OTP web',
    'OTP name="web", realm="auth"',
    'OTP name="web", realm="auth", token="1", token="2"',
    'OTP name="web", realm="auth", token="1", nonce="2"',
    'OTP name="web" realm="auth" token="1"',
    'OTP name="web, realm="auth", token="1"',
    'OTP name="web", realm="auth", token="1" rest',
    'OTP name="\xff", realm="auth", token="1"',
    `OTP name="${'a'.repeat(5_000)}", realm="auth", token="1"`,
  ])('finds %s malformed', (value) => expect(parseOtpAuthorization(value)).toBe('malformed'));

  it('attack: takes no longer for a long line of nothing', () => {
    const value = `OTP ${' ,'.repeat(2_000)}`;
    expect(parseOtpAuthorization(value)).toBe('malformed');
  });
});
