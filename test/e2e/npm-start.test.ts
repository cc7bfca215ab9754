/** `npm start`, the way the README says. @module */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

it.each([1, 2])(
  'a supervisor that stops npm stops a door of %d too, which drains first',
  async (workers) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-npm-'));
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `listen: 127.0.0.1:0\ndata_dir: data\nworkers: ${workers}\nupstream: http://127.0.0.1:9\n`,
    );
    const npm = spawn('npm', ['start', '--', '--config', config], {
      cwd: join(import.meta.dirname, '../..'),
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // A shell between npm and the door would die of the signal and leave the door running:
    // it would hold the pipe open, and this would not end.
    const output = text(npm.stdout);
    let said = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
      // Once: at the second signal a door ends at once.
      if (said.includes('listening on') && !npm.killed) npm.kill('SIGTERM');
    });
    expect(await output).toContain('"msg":"drained"');
    rmSync(folder, { recursive: true });
  },
);
