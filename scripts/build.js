/** Builds `dist/` when a source is newer than it; `npm start` and `npm test` call this. @module */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));

const compiler = 'node_modules/typescript/bin/tsc';
// Folders count too: deleting a source changes nothing but its folder's time.
const sources = readdirSync('src', { recursive: true }).map((name) => join('src', name));
const inputs = ['src', ...sources, 'tsconfig.json', 'package.json', 'scripts/build.js'];
const newestMs = Math.max(...inputs.map((path) => statSync(path).mtimeMs));
const builtMs = statSync('dist/.built', { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (builtMs < newestMs) {
  if (!existsSync(compiler)) {
    console.error('Run "npm ci" first: the compiler and the libraries are not here yet.');
    process.exit(1);
  }
  build();
}

/** Compiles beside `dist/` and swaps it in whole: two builds at once never mix their files. */
function build() {
  const fresh = `node_modules/.cache/sallyport-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const { status } = spawnSync(process.execPath, [compiler, '-p', '.', '--outDir', fresh], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.exit(status ?? 1);
  }
  writeFileSync(`${fresh}/.built`, '');
  // The stamp is as old as the newest source, so that an edit during the build counts.
  utimesSync(`${fresh}/.built`, newestMs / 1000, newestMs / 1000);
  swapIn(fresh);
}

/** A colleague may put its own `dist/` there between the two renames: then we try again. */
function swapIn(fresh) {
  const old = `${fresh}-old`;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    rmSync(old, { recursive: true, force: true });
    try {
      renameSync('dist', old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    try {
      renameSync(fresh, 'dist');
      break;
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    }
  }
  rmSync(old, { recursive: true, force: true });
}
