/** `sallyport totp …` @module */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeAt, stepAt, type TotpKey } from '../../src/accounts/totp.ts';
import { Installation } from './installation.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

let installation: Installation;
beforeEach(() => {
  installation = new Installation();
});
afterEach(() => installation[Symbol.dispose]());

/** The codes of the steps in which a call may have happened. */
async function codesDuring<T>(
  key: TotpKey,
  call: () => Promise<T>,
): Promise<{ result: T; codes: string[] }> {
  const first = stepAt(Date.now(), key.periodSec);
  const result = await call();
  const last = stepAt(Date.now(), key.periodSec);
  const steps = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return { result, codes: steps.map((step) => codeAt(key, step)) };
}

const APP = { secret: SECRET, algorithm: 'SHA1', digits: 6, periodSec: 30 } as const;
const URI = `otpauth://totp/Sallyport:ada?secret=${SECRET}&algorithm=SHA256&digits=8&period=60`;

describe('totp code', () => {
  it.each([
    ['a secret', [SECRET], '', APP],
    ['a secret as people type it', [SECRET.toLowerCase().replace(/(.{4})/g, '$1 ')], '', APP],
    [
      'a URI with its own parameters',
      [URI],
      '',
      { ...APP, algorithm: 'SHA256', digits: 8, periodSec: 60 },
    ],
    ['standard input, which no other user can see', ['-'], `${SECRET}\n`, APP],
  ] as const)('takes %s', async (_what, args, input, key) => {
    const { result, codes } = await codesDuring(key, () =>
      installation.run(['totp', 'code', ...args], input),
    );
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(codes).toContain(result.stdout.trimEnd());
  });

  it('takes the parameters of a bare secret from the configuration', async () => {
    installation.write(
      'config.yaml',
      'upstream: http://127.0.0.1:9\nauth:\n  totp:\n    digits: 8\n',
    );
    const key = { ...APP, digits: 8 } as const;
    const { result, codes } = await codesDuring(key, () =>
      installation.run(['totp', 'code', SECRET]),
    );
    expect(codes).toContain(result.stdout.trimEnd());
  });

  it('gives scripts a document', async () => {
    const { stdout } = await installation.run(['totp', 'code', SECRET, '--json']);
    const { code, seconds_left } = JSON.parse(stdout);
    expect(code).toMatch(/^\d{6}$/);
    expect(seconds_left).toBeGreaterThanOrEqual(1);
    expect(seconds_left).toBeLessThanOrEqual(30);
  });

  it('does not touch the data directory', () => {
    installation.write('data', 'in the way');
    expect(installation.spawn(['totp', 'code', SECRET]).status).toBe(0);
  });
});

describe('totp code --watch', () => {
  it('prints each code once when it begins, without a busy loop, until Ctrl-C', async () => {
    const uri = `otpauth://totp/x?secret=${SECRET}&period=1`;
    const watch = installation.start(['totp', 'code', uri, '--watch']);
    await watch.until(/\n/);
    const cpuBefore = cpuSeconds(watch.child.pid!);
    await watch.until(/(?:\d{6}\n){3}/);
    if (cpuBefore !== undefined)
      expect(cpuSeconds(watch.child.pid!)! - cpuBefore).toBeLessThan(0.5);
    expect(await watch.stop('SIGINT')).toBe(130);

    const codes = watch.output().match(/^\d{6}$/gm)!;
    const key = { ...APP, periodSec: 1 };
    const now = stepAt(Date.now(), 1);
    const steps = Array.from({ length: 60 }, (_, back) => codeAt(key, now - 59 + back));
    // A program that did not run for a second has no code for it; two seconds may share one.
    let at = -1;
    for (const code of codes) {
      at = steps.indexOf(code, at + 1);
      expect(at, code).not.toBe(-1);
    }
  });
});

describe('totp secret', () => {
  it('prints a new secret each time', () => {
    const secrets = [1, 2].map(() => installation.spawn(['totp', 'secret']).stdout);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}\n$/);
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  it('is as long as the configured hash', async () => {
    installation.write(
      'config.yaml',
      'upstream: http://127.0.0.1:9\nauth:\n  totp:\n    algorithm: SHA256\n',
    );
    const { secret, algorithm } = JSON.parse(
      (await installation.run(['totp', 'secret', '--json'])).stdout,
    );
    expect({ algorithm, length: secret.length }).toEqual({ algorithm: 'SHA256', length: 52 });
  });
});

/** Processor time of another process; undefined where /proc does not tell. */
function cpuSeconds(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
