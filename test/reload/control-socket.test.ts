import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { askDoors, serveControl } from '../../src/reload/control-socket.ts';

let dataDir: string;
const listed = () => readdirSync(join(dataDir, 'control')).toSorted();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-control-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** A socket whose process was killed: it stays, and nobody listens. */
async function leaveSocket(path: string): Promise<void> {
  mkdirSync(join(path, '..'), { recursive: true });
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('on'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('removes what a killed door of this machine has left, and nothing of another machine', async () => {
  const stop = await serveControl({
    dataDir,
    pid: 7,
    tag: 'alive',
    answer: async (question) => `heard ${question}`,
  });
  const [alive = ''] = listed();
  const dead = alive.replace('alive', 'dead');
  const elsewhere = '9-other.ffffffff.sock';
  const note = 'README';
  await leaveSocket(join(dataDir, 'control', dead));
  await leaveSocket(join(dataDir, 'control', elsewhere));
  writeFileSync(join(dataDir, 'control', note), 'not a socket');
  expect(listed()).toEqual([alive, dead, elsewhere, note].toSorted());
  expect(await askDoors(dataDir, 'reload')).toEqual([{ pid: '7', answer: 'heard reload' }]);
  expect(listed()).toEqual([alive, elsewhere, note].toSorted());
  await stop();
  expect(listed()).toEqual([elsewhere, note]);
});

it('is reached through a path that is longer than a socket address', async () => {
  const deep = join(dataDir, ...Array.from({ length: 12 }, () => 'a-folder-below'));
  mkdirSync(deep, { recursive: true });
  const stop = await serveControl({
    dataDir: deep,
    pid: 7,
    tag: 'deep',
    answer: async () => 'heard',
  });
  expect(await askDoors(deep, 'reload')).toEqual([{ pid: '7', answer: 'heard' }]);
  await stop();
  expect(readdirSync(join(deep, 'control'))).toEqual([]);
  expect(await askDoors(deep, 'reload')).toEqual([]);
});

it('takes one known question, and hangs up on whoever says anything else', async () => {
  const stop = await serveControl({
    dataDir,
    pid: 7,
    tag: 'strict',
    answer: (question) => (question === 'reload' ? Promise.resolve('heard') : undefined),
  });
  expect(await askDoors(dataDir, 'reboot')).toEqual([{ pid: '7', answer: null }]);
  expect(await askDoors(dataDir, 'x'.repeat(100))).toEqual([{ pid: '7', answer: undefined }]);
  await stop();
});

it('says that a door has not answered when its process breaks off', async () => {
  const stop = await serveControl({
    dataDir,
    pid: 7,
    tag: 'broken',
    answer: () => Promise.reject(new Error('no')),
  });
  const askedAtMs = performance.now();
  expect(await askDoors(dataDir, 'reload')).toEqual([{ pid: '7', answer: undefined }]);
  // Not by the patience of ten seconds.
  expect(performance.now() - askedAtMs).toBeLessThan(9_000);
  await stop();
});

it('can be reached by its owner alone, whatever the umask, and whoever made the folder', async () => {
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  mkdirSync(join(dataDir, 'control'), { mode: 0o777 });
  const stop = await serveControl({ dataDir, pid: 7, tag: 'own', answer: async () => 'heard' });
  const modes = ['', ...listed()].map((name) => statSync(join(dataDir, 'control', name)).mode);
  expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
  await stop();
});

it('waits for nobody who says nothing, on either side', async () => {
  const patienceMs = 1_000;
  const answer = async () => 'heard';
  const stop = await serveControl({ dataDir, pid: 7, tag: 'on', answer, patienceMs });
  const [name = ''] = listed();
  const mute = connect(join(dataDir, 'control', name));
  const ended = once(mute, 'close');
  const deaf = createServer().listen(join(dataDir, 'control', name.replace('7-on', '8-deaf')));
  await once(deaf, 'listening');
  expect(await askDoors(dataDir, 'reload', patienceMs)).toEqual([
    { pid: '7', answer: 'heard' },
    { pid: '8', answer: undefined },
  ]);
  await ended;
  deaf.close();
  await stop();
});
