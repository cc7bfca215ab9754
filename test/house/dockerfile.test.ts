/** The Dockerfile's own steps, carried out without Docker in a clean folder. @module */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../ports.ts';
import {
  buildImage,
  copyContext,
  type Image,
  inside,
  isInContext,
  parseDockerfile,
} from './dockerfile.ts';
import { listProjectFiles, ROOT } from './sources.ts';

const instructions = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const isRoot = process.getuid?.() === 0;

describe('the container', () => {
  let folder: string;
  let image: Image;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-image-'));
    // The container's user is somebody else, and must get in.
    chmodSync(folder, 0o755);
    const context = join(folder, 'context');
    copyContext(ROOT, listProjectFiles(), context);
    image = buildImage(instructions, { context, target: folder, env: buildEnv() });
    const bin = join(image.root, 'usr/local/bin');
    mkdirSync(bin, { recursive: true });
    cpSync(process.execPath, join(bin, 'node'));
  }, 240_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the program and what it needs, and nothing else', () => {
    const at = (path: string) => existsSync(join(image.workDir, path));
    expect(['bin', 'dist', 'package.json', 'node_modules/express'].filter(at)).toHaveLength(4);
    const tools = [
      'src',
      'test',
      'scripts',
      '.git',
      'node_modules/typescript',
      'node_modules/node',
    ];
    expect(tools.filter(at)).toEqual([]);
  });

  it('keeps its data in one folder that nobody else can read', () => {
    expect(image.volumes).toEqual(['/data']);
    expect(statSync(inside(image.root, '/data')).mode & 0o777).toBe(0o700);
  });

  it('does not run as root, and is started without a shell', () => {
    expect(image.uid).toBeGreaterThan(0);
    expect(image.entrypoint[0]).toBe('node');
  });

  it('refuses to start without its configuration', () => {
    const { status, stderr } = runIn(image, [...image.entrypoint, ...image.command]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('config.yaml'),
    });
  });

  it('starts, is healthy, and leaves with 0 on SIGTERM', async () => {
    // The health check reads the port from the configuration, so it cannot be 0.
    const port = await freePort();
    const file = image.env.SALLYPORT_CONFIG!;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `listen: 127.0.0.1:${port}\npublic_url: http://localhost:${port}\ndata_dir: \${SALLYPORT_DATA_DIR}\nupstream: http://127.0.0.1:9\n`,
    );
    expect(runIn(image, image.healthCheck).status).toBe(1);

    const [program = '', ...args] = [...image.entrypoint, ...image.command];
    const door = spawn(program, args, {
      ...spawnOptions(image),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    door.stderr.on('data', (chunk) => {
      output += chunk;
    });
    const exited = once(door, 'exit');
    try {
      for await (const chunk of door.stdout) {
        output += chunk;
        if (output.includes('listening on')) break;
      }
      expect(output).toContain('listening on');
      expect(runIn(image, image.healthCheck)).toMatchObject({ status: 0, stderr: '' });
      expect((await fetch(`http://127.0.0.1:${port}/_auth/healthz`)).status).toBe(200);
    } finally {
      door.kill('SIGTERM');
    }
    expect(await exited, output).toEqual([0, null]);
  });
});

describe('.dockerignore', () => {
  it.each([
    ['src/main.ts', true],
    ['package-lock.json', true],
    ['scripts/build.js', true],
    ['scripts/debian-packages.js', false],
    ['data/keys.json', false],
    ['.env', false],
    ['config.yaml', false],
    ['srcx/a', false],
  ])('lets %s into the build: %s', (file, isIn) => {
    const patterns = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(
      isInContext(
        file,
        patterns.filter((line) => line !== '' && !line.startsWith('#')),
      ),
    ).toBe(isIn);
  });
});

/** Of the npm and the test runner that started this, and would mislead the npm started here. */
const OF_THIS_RUN =
  /^(?:npm_(?:package|lifecycle)_|npm_(?:command|config_local_prefix)$|NODE_ENV$|NODE_OPTIONS$|VITEST|INIT_CWD$)/;

/** What a build inherits here: this machine's settings of npm, not what the running npm is about. */
function buildEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !OF_THIS_RUN.test(key));
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, npm_config_prefer_offline: 'true' };
}

function spawnOptions(image: Image) {
  return {
    cwd: image.workDir,
    env: { ...image.env, HOME: '/nonexistent', PATH: join(image.root, 'usr/local/bin') },
    ...(isRoot ? { uid: image.uid, gid: image.uid } : {}),
  };
}

function runIn(image: Image, [program = '', ...args]: readonly string[]) {
  const options = { ...spawnOptions(image), encoding: 'utf8', timeout: 50_000 } as const;
  const { status, stderr } = spawnSync(program, args, options);
  return { status, stderr };
}
