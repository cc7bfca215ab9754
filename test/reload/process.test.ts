import { renameSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Installation } from '../cli/installation.ts';
import { startProgram } from '../e2e/process.ts';

const config = (path: string) =>
  `listen: 127.0.0.1:0\ndata_dir: data\npublic_url: http://127.0.0.1\nlog: { format: json }\nroutes:\n  - path: ${path}\n    access: public\n    upstream: http://127.0.0.1:9\n`;
const ARGS = ['--config', 'config.yaml'];

/**
 * What the command says of a change that it was the first to bring. The watch on the file looks
 * once a second and may be quicker than a process that has to start.
 */
function heardByCommand(installation: Installation): string {
  for (let n = 0; n < 10; n += 1) {
    installation.write('config.yaml', config(`/c${n}`));
    const { status, stdout } = installation.spawn(['reload', ...ARGS]);
    expect(status).toBe(0);
    if (!stdout.includes('nothing has changed')) return stdout;
  }
  return 'the watch was always first';
}

it('reloads for a signal, for a file that was replaced, and for the command', async () => {
  using installation = new Installation(config('/a'));
  const { folder } = installation;
  expect(installation.spawn(['reload', ...ARGS])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^sallyport: No door runs on .*data\.\n$/),
  });
  const program = startProgram(['run', ...ARGS], { cwd: folder });
  try {
    await program.until(/listening on/);
    await program.until(/become the administrator/i);
    writeFileSync(join(folder, 'next.yaml'), config('/b'));
    renameSync(join(folder, 'next.yaml'), join(folder, 'config.yaml'));
    await program.until(/route added: \*\/b/);

    const [name] = await readdir(join(folder, 'data/control'));
    expect((await stat(join(folder, 'data/control', name!))).mode & 0o777).toBe(0o600);
    expect(heardByCommand(installation)).toMatch(
      /^process \d+: the configuration was reloaded: .*route added: \*\/c/,
    );
    installation.write('config.yaml', `${config('/d')}nonsense: 1\n`);
    expect(installation.spawn(['reload', ...ARGS])).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/config\.yaml:9:1/),
    });
    installation.write('config.yaml', config('/e').replace('/e', '/e\n'));
    program.child.kill('SIGHUP');
    await program.until(/SIGHUP received/);
    await program.until(/route added: \*\/e/);
    installation.write('config.yaml', `max_header: 8KB\n${config('/e')}`);
    expect(installation.spawn(['reload', ...ARGS])).toMatchObject({
      status: 4,
      stdout: expect.stringContaining('need a restart: max_header'),
    });
  } finally {
    expect(await program.stop()).toBe(0);
  }
  expect(await readdir(join(folder, 'data/control'))).toEqual([]);
});
