/** `sallyport token` @module */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Installation } from './installation.ts';

const TO = '"http://127.0.0.1:9"';
const YAML = `routes: [{ name: lab, path: /lab, upstream: ${TO} }, { name: wiki, upstream: ${TO} }]\n`;

let installation: Installation;
beforeEach(async () => {
  installation = new Installation(YAML);
  await installation.addUser('ada');
});
afterEach(() => installation[Symbol.dispose]());

const create = (...args: readonly string[]) => installation.run(['token', 'create', ...args]);

describe('token create', () => {
  it('prints the token alone on standard output, recognisable as one of ours', async () => {
    const made = await create('--name', 'phone', '--scope', 'check:ada');
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^sallyport_[\w-]{43}\n$/);
    expect(made.stderr).not.toContain(made.stdout.trim());
    expect(JSON.parse(made.stderr)).toMatchObject({
      event: 'bearer-created',
      name: 'phone',
      scopes: ['check:ada'],
      source: 'cli',
    });
  });

  it('gives scripts a document, whose token no list ever shows again', async () => {
    const args = ['-n', 'ci', '-s', 'check:*', '-s', 'pass:wiki', '--expires', '1h', '--json'];
    const before = Date.now();
    const { token, ...document } = JSON.parse((await create(...args)).stdout);
    expect(token).toMatch(/^sallyport_/);
    expect(document).toMatchObject({
      name: 'ci',
      scopes: ['check:*', 'pass:wiki'],
      last_used_at: null,
    });
    expect(Date.parse(document.expires_at) - before).toBeLessThan(3_700_000);
    const { stdout } = await installation.run(['token', 'list', '--json']);
    expect(JSON.parse(stdout)).toEqual([document]);
    expect(stdout).not.toContain(token);
    expect((await installation.run(['token', 'list'])).stdout).toContain('never used');
  });

  it.each([
    ['a scope that there is not', ['-n', 'x', '-s', 'check'], 2, /check:USER/],
    ['an empty subject', ['-n', 'x', '-s', 'check:'], 2, /check:USER/],
    ['no scope', ['-n', 'x'], 2, /--scope/],
    ['no name', ['-s', 'check:*'], 2, /--name/],
    ['a route that there is not', ['-n', 'x', '-s', 'pass:wikki'], 2, /pass:lab, pass:wiki/],
    ['a name that no header could carry', ['-n', 'x y', '-s', 'check:*'], 2, /letters/],
  ])('refuses %s', async (_, args, status, sentence) => {
    const refused = await create(...args);
    expect(refused.status).toBe(status);
    expect(refused.stderr).toMatch(sentence);
    expect((await installation.run(['token', 'list'])).stdout).toBe('');
  });

  it('never gives one name twice', async () => {
    await create('-n', 'phone', '-s', 'check:ada');
    expect(await create('-n', 'phone', '-s', 'check:ada')).toMatchObject({
      status: 4,
      stdout: '',
      stderr: expect.stringContaining('revoke it first'),
    });
  });
});

describe('token revoke', () => {
  it('ends one bearer, and frees its name', async () => {
    await create('-n', 'phone', '-s', 'check:ada');
    expect((await installation.run(['token', 'revoke', 'phone'])).status).toBe(0);
    expect((await installation.run(['token', 'list'])).stdout).toBe('');
    expect((await installation.run(['token', 'revoke', 'phone'])).status).toBe(3);
    expect((await create('-n', 'phone', '-s', 'check:ada')).status).toBe(0);
  });
});
