/** Carries a Dockerfile's steps out in ordinary folders, one for each stage. @module */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** What a container made from the last stage would be. */
export interface Image {
  /** Its root folder. */
  readonly root: string;
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly volumes: readonly string[];
}

type Stage = { -readonly [Key in keyof Image]: Image[Key] };

export interface BuildOptions {
  /** The files that the build may see. */
  readonly context: string;
  /** An empty folder for the stages. */
  readonly target: string;
  /** For RUN, beneath the Dockerfile's own ENV. */
  readonly env: NodeJS.ProcessEnv;
}

/** Splits a Dockerfile into instructions: no comments, continued lines joined. */
export function parseDockerfile(text: string): readonly Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name: name.toUpperCase(), text: rest.trim() };
    });
}

/** Runs every instruction; one that it does not know is an error, not a gap. */
export function buildImage(instructions: readonly Instruction[], options: BuildOptions): Image {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const { name, text } of instructions) {
    if (name === 'FROM') {
      const alias = / AS (\S+)$/i.exec(text)?.[1] ?? `stage-${stages.size}`;
      stage = emptyStage(join(options.target, alias));
      stages.set(alias, stage);
    } else if (stage === undefined) {
      throw new Error(`${name} before the first FROM`);
    } else {
      follow(stage, { name, text }, { ...options, stages });
    }
  }
  if (stage === undefined) throw new Error('no FROM at all');
  return stage;
}

/** Where an absolute path of the image is on this machine. */
export const inside = (root: string, path: string): string =>
  path.startsWith('/') ? join(root, path) : path;

function emptyStage(root: string): Stage {
  mkdirSync(root, { recursive: true });
  return {
    root,
    workDir: root,
    env: {},
    uid: 0,
    entrypoint: [],
    command: [],
    healthCheck: [],
    volumes: [],
  };
}

function follow(
  stage: Stage,
  { name, text }: Instruction,
  options: BuildOptions & { readonly stages: ReadonlyMap<string, Stage> },
): void {
  switch (name) {
    case 'WORKDIR':
      stage.workDir = resolve(stage.workDir, inside(stage.root, text));
      return void mkdirSync(stage.workDir, { recursive: true });
    case 'ENV': {
      const [, key = '', value = ''] = /^(\w+)=(\S*)$/.exec(text) ?? [];
      stage.env = { ...stage.env, [key]: inside(stage.root, value) };
      return;
    }
    case 'COPY':
      return copy(stage, text, options);
    case 'RUN':
      return run(stage, text, options.env);
    case 'USER':
      stage.uid = Number(text.split(':')[0]);
      return;
    case 'VOLUME':
      stage.volumes = [...stage.volumes, text];
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(text);
      return;
    case 'CMD':
      stage.command = JSON.parse(text);
      return;
    case 'HEALTHCHECK':
      stage.healthCheck = JSON.parse(/\bCMD (\[.*\])$/.exec(text)?.[1] ?? 'null');
      return;
    case 'EXPOSE':
      return;
    default:
      throw new Error(`unknown instruction: ${name}`);
  }
}

function copy(
  stage: Stage,
  text: string,
  { context, stages }: { readonly context: string; readonly stages: ReadonlyMap<string, Stage> },
): void {
  const words = text.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
  const target = words.pop()!;
  const root = from === undefined ? context : stages.get(from)!.root;
  for (const word of words) {
    const source = join(root, word);
    const to = resolve(stage.workDir, inside(stage.root, target));
    // As Docker has it: a folder's content goes into the target, a file into `target/`.
    const isFile = statSync(source).isFile();
    const place = isFile && target.endsWith('/') ? join(to, basename(source)) : to;
    mkdirSync(isFile ? dirname(place) : place, { recursive: true });
    cpSync(source, place, { recursive: true, verbatimSymlinks: true });
  }
}

function run(stage: Stage, text: string, env: NodeJS.ProcessEnv): void {
  // Absolute folders of the image; programs are found by name.
  const command = text.replace(/(?<=\s)\/(?=\w)/g, `${stage.root}/`);
  execFileSync('/bin/sh', ['-ec', command], {
    cwd: stage.workDir,
    env: { ...env, ...stage.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Copies what a build sees: `files` without those that `.dockerignore` keeps out. */
export function copyContext(root: string, files: readonly string[], target: string): void {
  const patterns = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const file of files.filter((name) => isInContext(name, patterns))) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
}

/** The last pattern that matches decides; ours are `*` and plain paths. */
export function isInContext(file: string, patterns: readonly string[]): boolean {
  let isIn = true;
  for (const pattern of patterns) {
    const path = pattern.replace(/^!/, '');
    if (path !== '*' && /[*?[\]]/.test(path)) throw new Error(`too clever a pattern: ${pattern}`);
    const isMatch = path === '*' || file === path || file.startsWith(`${path}/`);
    if (isMatch) isIn = pattern.startsWith('!');
  }
  return isIn;
}
