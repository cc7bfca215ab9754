/** `sallyport import-env` @module */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Installation, PASSWORD } from './installation.ts';

const SECRET = 'JBSWY3DPEHPK3PXP';
const BEARER = 'an-old-bearer-0123456789';
const YAML = 'upstream: http://127.0.0.1:9\n';

let installation: Installation;
beforeEach(() => {
  installation = new Installation(YAML);
});
afterEach(() => installation[Symbol.dispose]());

const take = (env: string, ...args: readonly string[]) => {
  const file = installation.write('old.env', env);
  const all = ['import-env', file, '--user', 'ada', '--password-stdin', ...args];
  return installation.run(all, `${PASSWORD}\n`);
};
const bearers = async () =>
  JSON.parse((await installation.run(['token', 'list', '--json'])).stdout);

describe('import-env', () => {
  it('takes over the app and the bearer, as the old server had them', async () => {
    const env = `# old\nexport TOTP_BASE32_SECRET="${SECRET}"\nBEARER=${BEARER}\nPORT=3000\n`;
    const { status, stdout, stderr } = await take(env);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(10);
    expect(await bearers()).toMatchObject([{ name: 'imported', scopes: ['check:ada'] }]);
    for (const secret of [SECRET, BEARER]) expect(stdout + stderr).not.toContain(secret);
  });

  it('takes a bearer alone for somebody who exists', async () => {
    await installation.addUser('Ada');
    expect((await take(`BEARER='${BEARER}'`, '--name', 'phone')).status).toBe(0);
    expect(await bearers()).toMatchObject([{ name: 'phone', scopes: ['check:Ada'] }]);
  });

  it.each([
    ['nothing to take over', 'PORT=1\n', 2, /neither TOTP_BASE32_SECRET nor BEARER/],
    ['a bearer that could be guessed', `TOTP_BASE32_SECRET=${SECRET}\nBEARER=secret`, 4, /guessed/],
    ['a secret that is none', 'TOTP_BASE32_SECRET=hello', 4, /base32/],
    ['a bearer for nobody', `BEARER=${BEARER}`, 3, /Nobody/],
  ])('refuses %s, and makes nobody', async (_, env, status, sentence) => {
    const refused = await take(env);
    expect(refused.status).toBe(status);
    expect(refused.stderr).toMatch(sentence);
    expect((await installation.run(['invite'])).status).toBe(0);
    expect((await installation.run(['user', 'list'])).stdout).toBe('');
    expect(await bearers()).toEqual([]);
  });

  it('never replaces somebody', async () => {
    await installation.addUser('ada');
    const refused = await take(`TOTP_BASE32_SECRET=${SECRET}\nBEARER=${BEARER}`);
    expect(refused.status).toBe(4);
    expect(await bearers()).toEqual([]);
  });
});
