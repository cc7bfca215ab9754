/** How the program starts, and how it refuses to. @module */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Installation } from './installation.ts';

let installation: Installation;
beforeEach(() => {
  installation = new Installation();
});
afterEach(() => installation[Symbol.dispose]());

describe('on an older Node', () => {
  const sentence = /^sallyport: this is Node \S+, and Sallyport needs 24\.15 or newer: .*\.\n$/;

  it.each(['18.20.8', '20.20.2', '24.14.9'])(
    '%s it says so in one sentence and exits 1',
    (version) => {
      const pretence = `Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;
      const args = ['--import', `data:text/javascript,${pretence}`, BIN, 'version'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect({ status, stdout, stderr }).toEqual({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(sentence),
      });
    },
  );

  it('the machine’s own, if it is one, gets as far as the sentence', () => {
    const path = (process.env.PATH ?? '')
      .split(':')
      .filter((folder) => !folder.includes('node_modules'));
    const probe = spawnSync('node', [BIN, 'version'], {
      encoding: 'utf8',
      env: { PATH: path.join(':') },
    });
    const isThere = probe.error === undefined;
    if (isThere && probe.status !== 0) expect(probe.stderr).toMatch(sentence);
  });

  it('names the version that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(join(BIN, '../../package.json'), 'utf8'));
    expect(engines.node).toBe('>=24.15');
    expect(readFileSync(BIN, 'utf8')).toContain('24.15 or newer');
  });
});

describe('the program', () => {
  it('says how to build it when it has not been built', () => {
    cpSync(BIN, join(installation.folder, 'bin/sallyport.js'));
    installation.write('package.json', '{"type":"module"}');
    const copy = join(installation.folder, 'bin/sallyport.js');
    const { status, stderr } = spawnSync(process.execPath, [copy], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^sallyport: .*npm run build.*\.\n$/),
    });
  });

  it('without a command shows its help on standard error, as wrong usage', () => {
    const { status, stdout, stderr } = installation.spawn([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: sallyport');
  });

  it('shows help on standard output when asked, with the exit statuses', async () => {
    const { status, stdout, stderr } = await installation.run(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /Exit status:[\s\S]*\n {2}2 {4}the command line or the configuration is wrong/,
    );
  });

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['user'], 'Usage: sallyport user'],
    [['user', 'frobnicate'], "unknown command 'frobnicate'"],
    [['user', 'show'], "missing required argument 'name'"],
    [['check', '--frobnicate'], "unknown option '--frobnicate'"],
    [['check', '--frobnicate'], '"sallyport COMMAND --help"'],
    [['check', 'config.yaml'], 'A configuration file is named with --config.'],
    [['invite', '--expires', '5'], "sallyport: '5' does not fit --expires <time>. It has no unit"],
    [['invite', '--expires', '0s'], 'dead already'],
    [['invite', '--group', 'a,b'], 'Begin with a letter or digit'],
    [['user', 'set-groups', 'ada', 'a b'], "'a b' does not fit groups. Begin with a letter"],
    [['user', 'add', 'ada', '--password-stdin', '--password-file', 'x'], 'cannot be used with'],
    [['totp', 'code', 'rubbish!'], 'neither a base32 secret nor'],
    [['totp', 'code', 'otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP'], 'neither a base32 secret nor'],
  ])('%j is wrong usage: 2', async (args, words) => {
    const { status, stdout, stderr } = await installation.run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('prints its version, and both versions as JSON', async () => {
    const { version } = JSON.parse(readFileSync(join(BIN, '../../package.json'), 'utf8'));
    expect((await installation.run(['--version'])).stdout).toBe(`${version}\n`);
    expect(installation.spawn(['version'])).toEqual({
      status: 0,
      stdout: `sallyport ${version}\n`,
      stderr: '',
    });
    expect(JSON.parse((await installation.run(['version', '--json'])).stdout)).toEqual({
      version,
      node: process.versions.node,
    });
  });

  it('prints the schema of the configuration as JSON', async () => {
    const { status, stdout } = await installation.run(['config-schema']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).properties).toHaveProperty('upstream');
  });
});
