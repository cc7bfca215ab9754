/** `sallyport invite` @module */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Installation } from './installation.ts';

const YAML = 'listen: [0.0.0.0:8123, 127.0.0.1:8124]\nupstream: http://127.0.0.1:9\n';
const HOUR_MS = 3_600_000;

let installation: Installation;
afterEach(() => installation[Symbol.dispose]());

describe('invite', () => {
  it('prints the link alone on standard output, with the address that people type', async () => {
    installation = new Installation(
      `${YAML}public_url: https://tools.example.com\nprefix: /door\n`,
    );
    const { status, stdout, stderr } = await installation.run(['invite', '--group', 'staff']);
    expect(status).toBe(0);
    const link = /^https:\/\/tools\.example\.com\/door\/signup\?invite=([\w-]{20,})\n$/.exec(
      stdout,
    );
    expect(link).not.toBeNull();
    expect(stderr).not.toContain(link![1]);
  });

  it('without a public address falls back to one that this machine can open', async () => {
    installation = new Installation(YAML);
    expect((await installation.run(['invite'])).stdout).toMatch(
      /^http:\/\/127\.0\.0\.1:8123\/_auth\/signup\?/,
    );
  });

  it('gives scripts a document: link, groups, end', async () => {
    installation = new Installation(YAML);
    const before = Date.now();
    const args = ['invite', '-g', 'staff', '-g', 'admin', '--expires', '1h30m', '--json'];
    const { url, groups, expires_at } = JSON.parse((await installation.run(args)).stdout);
    expect(url).toContain('/signup?invite=');
    expect([...groups].sort()).toEqual(['admin', 'staff']);
    const endMs = Date.parse(expires_at) - 1.5 * HOUR_MS;
    expect(endMs).toBeGreaterThanOrEqual(before);
    expect(endMs).toBeLessThanOrEqual(Date.now());
  });

  it('works before the first start and without a configuration: ./data appears, closed to others', () => {
    installation = new Installation();
    const { status, stdout } = installation.spawn(['invite']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\/_auth\/signup\?invite=\S+\n$/),
    });
    expect(statSync(join(installation.folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('makes its data directory where the environment says, as containers do', () => {
    installation = new Installation();
    const path = join(installation.folder, 'elsewhere');
    expect(installation.spawn(['invite'], '', { SALLYPORT_DATA_DIR: path }).status).toBe(0);
    expect(existsSync(path)).toBe(true);
    expect(existsSync(join(installation.folder, 'data'))).toBe(false);
  });

  it('names the port that the environment gives to a start without a file', () => {
    installation = new Installation();
    const { stdout } = installation.spawn(['invite'], '', { SALLYPORT_PORT: '8099' });
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:8099\//);
    const refused = installation.spawn(['invite'], '', { SALLYPORT_PORT: '80x' });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('SALLYPORT_PORT is no port');
  });

  it('leaves its trace in the audit log on standard error', async () => {
    installation = new Installation(YAML);
    const { stderr } = await installation.run(['invite', '--group', 'staff']);
    expect(JSON.parse(stderr)).toMatchObject({
      event: 'invite-created',
      groups: ['staff'],
      source: 'cli',
    });
  });
});
