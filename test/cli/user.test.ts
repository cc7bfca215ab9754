/** `sallyport user …` @module */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Installation, PASSWORD } from './installation.ts';

const YAML =
  'listen: 127.0.0.1:0\npublic_url: https://tools.example.com\nupstream: http://127.0.0.1:9\n';

let installation: Installation;
beforeEach(async () => {
  installation = new Installation(YAML);
});
afterEach(() => installation[Symbol.dispose]());

const run = (...args: string[]) => installation.run(args);
const listed = async () => JSON.parse((await run('user', 'list', '--json')).stdout);

describe('user list', () => {
  it('says on standard error that there is nobody, and prints nothing', async () => {
    await run('invite');
    const { status, stdout, stderr } = await run('user', 'list');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('Nobody has signed up yet.');
  });
});

describe('user add', () => {
  it('makes a person and shows the URI and the recovery codes once, on standard output', async () => {
    const args = ['user', 'add', 'Ada', '--password-stdin', '-g', 'staff'];
    const { status, stdout, stderr } = await installation.run(args, `${PASSWORD}\n`);
    expect(status).toBe(0);
    const [uri, ...rest] = stdout.trimEnd().split('\n');
    expect(uri).toMatch(/^otpauth:\/\/totp\/Sallyport:Ada\?\S*secret=[A-Z2-7]{32}/);
    expect(rest.slice(2)).toHaveLength(10);
    const secret = /secret=([A-Z2-7]+)/.exec(uri!)![1]!;
    for (const hidden of [PASSWORD, secret, ...rest.slice(2)]) expect(stderr).not.toContain(hidden);
    expect(await listed()).toMatchObject([{ name: 'Ada', groups: ['staff'], disabled_at: null }]);
  });

  it('gives scripts a document', async () => {
    expect(await installation.addUser('ada', '-g', 'b', '-g', 'a')).toEqual({
      name: 'ada',
      groups: ['a', 'b'],
      otpauth_uri: expect.stringMatching(/^otpauth:/),
      recovery_codes: expect.objectContaining({ length: 10 }),
    });
  });

  it('takes a secret along from a file with a trailing newline', async () => {
    const file = installation.write('.totp_secret', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n');
    const added = await installation.addUser('ada', '--totp-secret-file', file);
    expect(added.otpauth_uri).toContain('secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  });

  it('takes the password from a file', async () => {
    const file = installation.write('password', `${PASSWORD}\n`);
    expect((await run('user', 'add', 'ada', '--password-file', file)).status).toBe(0);
  });

  it.each([
    ['a weak password', ['ada', '--password-stdin'], 'password\n', 4],
    ['an impossible name', ['a da', '--password-stdin'], `${PASSWORD}\n`, 4],
    ['no password and nobody to ask', ['ada'], '', 2],
    ['a missing file', ['ada', '--password-file', 'nowhere'], '', 1],
  ])('refuses %s in one sentence', async (_what, args, input, expected) => {
    const { status, stdout, stderr } = await installation.run(['user', 'add', ...args], input);
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
    expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
    expect(await listed()).toEqual([]);
  });

  it('says which of the two is refused', async () => {
    const args = ['user', 'add', 'a da', '--password-stdin'];
    const { stderr } = await installation.run(args, 'password\n');
    expect(stderr).toMatch(/^sallyport: Name: Begin with .* Password: Please use at least/);
  });

  it('never replaces an existing name, in whatever spelling', async () => {
    await installation.addUser('ada');
    const outcome = await installation.run(
      ['user', 'add', 'ADA', '--password-stdin'],
      `${PASSWORD}\n`,
    );
    expect(outcome).toMatchObject({ status: 4, stdout: '' });
    expect(await listed()).toHaveLength(1);
  });

  it('asks for no password where the factors have none', async () => {
    installation.write('config.yaml', `${YAML}auth:\n  factors: [totp]\n`);
    expect((await run('user', 'add', 'ada')).status).toBe(0);
  });

  it('keeps the database for its owner alone', async () => {
    await installation.addUser('ada');
    const mode = (name: string) => statSync(join(installation.folder, 'data', name)).mode & 0o777;
    expect([mode(''), mode('sallyport.db'), mode('keys.json')]).toEqual([0o700, 0o600, 0o600]);
  });
});

describe('the other user commands', () => {
  let shared: Installation;
  const run = (...args: string[]) => shared.run(args);
  const show = async (name: string) =>
    JSON.parse((await run('user', 'show', name, '--json')).stdout);

  beforeAll(async () => {
    shared = new Installation(YAML);
    await shared.addUser('Ada', '-g', 'staff');
    await shared.addUser('grace');
  });
  afterAll(() => shared[Symbol.dispose]());

  it('list and show people', async () => {
    expect((await run('user', 'list')).stdout).toBe('Ada    staff\ngrace  -\n');
    expect((await run('user', 'show', 'ada')).stdout).toMatch(
      /^name {6}Ada\ngroups {4}staff\ncreated {3}\d{4}-/,
    );
    expect(await show('ada')).toEqual({
      id: expect.any(String),
      name: 'Ada',
      groups: ['staff'],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      disabled_at: null,
    });
  });

  it('disable and enable', async () => {
    expect(await run('user', 'disable', 'grace')).toMatchObject({ status: 0, stdout: '' });
    expect((await run('user', 'list')).stdout).toContain('grace  - (disabled)');
    expect((await show('grace')).disabled_at).toMatch(/^\d{4}-/);
    expect(await run('user', 'enable', 'grace')).toMatchObject({ status: 0, stdout: '' });
    expect((await show('grace')).disabled_at).toBeNull();
  });

  it('replace groups, and take them all away', async () => {
    await run('user', 'set-groups', 'grace', 'b', 'a');
    expect((await show('grace')).groups).toEqual(['a', 'b']);
    await run('user', 'set-groups', 'grace');
    expect((await show('grace')).groups).toEqual([]);
  });

  it('remove somebody only when told to', async () => {
    await shared.addUser('alan');
    expect(await run('user', 'remove', 'alan')).toMatchObject({ status: 2, stdout: '' });
    expect((await show('alan')).name).toBe('alan');
    expect(await run('user', 'remove', 'alan', '--yes')).toMatchObject({ status: 0, stdout: '' });
    expect((await run('user', 'show', 'alan')).status).toBe(3);
  });

  it('reset-totp prints the link alone', async () => {
    const { status, stdout, stderr } = await run('user', 'reset-totp', 'ada');
    const link = /^https:\/\/tools\.example\.com\/_auth\/enrol\?token=([\w-]{20,})\n$/.exec(stdout);
    expect(status).toBe(0);
    expect(link).not.toBeNull();
    expect(stderr).not.toContain(link![1]);
    const { url, expires_at } = JSON.parse(
      (await run('user', 'reset-totp', 'ada', '--json')).stdout,
    );
    expect(url).toContain('/enrol?token=');
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
  });

  it('set-password checks the rules, and says nothing about the password', async () => {
    const set = (password: string) =>
      shared.run(['user', 'set-password', 'ada', '--password-stdin'], `${password}\n`);
    const accepted = await set('another lantern mosaic 48');
    expect(accepted).toMatchObject({ status: 0, stdout: '' });
    expect(accepted.stderr).not.toContain('lantern');
    expect(await set('short')).toMatchObject({ status: 4, stdout: '' });
  });

  it.each([
    [['show', 'nobody']],
    [['disable', 'nobody']],
    [['enable', 'nobody']],
    [['remove', 'nobody', '--yes']],
    [['reset-totp', 'nobody']],
    [['set-password', 'nobody', '--password-stdin']],
    [['set-groups', 'nobody', 'staff']],
  ])('%j: nobody has that name, 3', async (args) => {
    const { status, stdout, stderr } = await run('user', ...args);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe('sallyport: Nobody is called "nobody".\n');
  });
});

describe('where there is nothing yet', () => {
  it.each([['list'], ['show', 'ada'], ['disable', 'ada'], ['reset-totp', 'ada']])(
    'user %s says so and makes nothing',
    async (...args) => {
      const { status, stdout, stderr } = await run('user', ...args);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^sallyport: There is no data directory at .*\.\n$/);
      expect(existsSync(join(installation.folder, 'data'))).toBe(false);
    },
  );
});

describe('a failure', () => {
  const spoil = async () => {
    await installation.addUser('ada');
    installation.write('data/keys.json', 'rubbish');
  };

  it('is one sentence without a stack', async () => {
    await spoil();
    const { status, stdout, stderr } = await run('user', 'list');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^sallyport: [^\n]+\n$/);
  });

  it('has its stack before it for those who set the log level debug', async () => {
    await spoil();
    installation.write('config.yaml', `${YAML}log:\n  level: debug\n`);
    expect((await run('user', 'list')).stderr).toMatch(/\n\s+at /);
  });

  it('leaves no secret anywhere in the data directory', async () => {
    const { otpauth_uri, recovery_codes } = await installation.addUser('ada');
    const secret = new URL(otpauth_uri).searchParams.get('secret')!;
    const database = readFileSync(join(installation.folder, 'data/sallyport.db'), 'latin1');
    for (const hidden of [PASSWORD, secret, ...recovery_codes])
      expect(database).not.toContain(hidden);
  });
});

it('as processes of their own the commands say the same, one after the other', () => {
  const file = installation.write('password', PASSWORD);
  const spawn = (...args: string[]) =>
    installation.spawn(['user', ...args, '--config', 'config.yaml']);
  const added = spawn('add', 'ada', '--password-file', file);
  expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(/^otpauth:/) });
  expect(JSON.parse(added.stderr)).toMatchObject({ event: 'user-added', name: 'ada' });
  expect(spawn('add', 'ada', '--password-file', file)).toMatchObject({ status: 4, stdout: '' });
  expect(spawn('list')).toEqual({ status: 0, stdout: 'ada  -\n', stderr: '' });
  expect(spawn('show', 'nobody')).toMatchObject({ status: 3, stdout: '' });
  expect(spawn('remove', 'ada')).toMatchObject({ status: 2, stdout: '' });
});
