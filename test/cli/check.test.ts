/** `sallyport check`, and a refused configuration in every other command. @module */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Installation } from './installation.ts';

const GOOD = 'listen: 127.0.0.1:0\npublic_url: http://localhost\nupstream: http://127.0.0.1:9\n';
const BAD = 'listen: 8080\nprefix: auth\nsesion:\n  idle: 8\nupstream: ftp://x\n';

let installation: Installation;
afterEach(() => installation[Symbol.dispose]());

describe('check', () => {
  it('prints ok for a good file, and makes nothing', () => {
    installation = new Installation(GOOD);
    const outcome = installation.spawn(['check', '--config', 'config.yaml']);
    expect(outcome).toMatchObject({ status: 0, stdout: 'ok\n' });
    expect(existsSync(join(installation.folder, 'data'))).toBe(false);
  });

  it('lists every problem of a bad file with its place, and exits 2', () => {
    installation = new Installation(BAD);
    const { status, stdout, stderr } = installation.spawn(['check', '--config', 'config.yaml']);
    expect(status).toBe(2);
    const places = stdout
      .trimEnd()
      .split('\n')
      .map((line) => /^\S*config\.yaml:(\d+):\d+: /.exec(line)?.[1]);
    expect(places.length).toBeGreaterThanOrEqual(4);
    expect(new Set(places)).toEqual(new Set(['1', '2', '3', '5']));
    expect(stderr).toBe('sallyport: config.yaml is refused.\n');
  });

  it('gives scripts the same as a document', async () => {
    installation = new Installation(BAD);
    const { status, stdout } = await installation.run(['check', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.objectContaining({ line: 1, path: 'listen' })]),
    });
    installation.write('config.yaml', GOOD);
    expect(JSON.parse((await installation.run(['check', '--json'])).stdout)).toMatchObject({
      ok: true,
    });
  });

  it('refuses given key rings that a start would refuse, without printing them', async () => {
    installation = new Installation(`${GOOD}keys: { rings: "rubbish-secret" }\n`);
    const { status, stdout, stderr } = await installation.run(['check']);
    expect(status).toBe(2);
    expect(stdout).toContain('config.yaml: keys.rings: it holds no keys — ');
    expect(stdout + stderr).not.toContain('rubbish-secret');
    const { stdout: json } = await installation.run(['check', '--json']);
    expect(JSON.parse(json)).toMatchObject({ ok: false, problems: [{ path: 'keys.rings' }] });
  });

  it('wants a file to check', async () => {
    installation = new Installation();
    expect(await installation.run(['check'])).toMatchObject({ status: 2, stdout: '' });
  });

  it('takes the file from the environment, as containers give it', () => {
    installation = new Installation(GOOD);
    const outcome = installation.spawn(['check'], '', { SALLYPORT_CONFIG: 'config.yaml' });
    expect(outcome).toMatchObject({ status: 0, stdout: 'ok\n' });
  });
});

describe('a refused configuration', () => {
  it.each([
    [['run']],
    [['invite']],
    [['user', 'list']],
    [['user', 'add', 'ada', '--password-stdin']],
    [['totp', 'secret']],
    [['health']],
  ])('%j exits 2 with the list of problems, nothing touched', async (args) => {
    installation = new Installation(BAD);
    const { status, stdout, stderr } = await installation.run(args, 'x\n');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.match(/config\.yaml:\d+:\d+: /g)?.length).toBeGreaterThanOrEqual(4);
    expect(existsSync(join(installation.folder, 'data'))).toBe(false);
  });

  it('a file that is not there is one sentence', async () => {
    installation = new Installation();
    const { status, stderr } = await installation.run(['run', '--config', 'nowhere.yaml']);
    expect(status).toBe(2);
    expect(stderr).toContain('nowhere.yaml');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
