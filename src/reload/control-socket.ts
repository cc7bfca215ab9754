/** How commands speak to the doors that run on a data directory. @module */
import { once } from 'node:events';
import { chmod, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../core/error-code.ts';

/** One door's answer: whatever it wrote, or undefined when it said nothing in time. */
export interface DoorAnswer {
  /** Process id, as the door knows it. */
  readonly pid: string;
  readonly answer: unknown;
}

/** What one process offers. */
export interface ControlDeps {
  readonly dataDir: string;
  readonly pid: number;
  /** Tells apart processes of one id: in containers everyone is number 1. */
  readonly tag: string;
  /** Answers a question with plain data; undefined for one that it does not know. */
  readonly answer: (question: string) => Promise<unknown> | undefined;
  /** How long somebody may say nothing; ten seconds unless told otherwise. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
/** Questions are one word. */
const MAX_QUESTION_CHARS = 64;
/** `sun_path` has 104 bytes on some systems, its end included. */
const MAX_PATH_BYTES = 100;

const folderOf = (dataDir: string) => join(dataDir, 'control');

/**
 * Listens for commands, in a folder that only the owner of the data directory can enter.
 *
 * @returns how to stop
 * @throws when the socket cannot be made
 */
export async function serveControl(deps: ControlDeps): Promise<() => Promise<void>> {
  const folder = folderOf(deps.dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const path = join(folder, `${deps.pid}-${deps.tag}.${await thisMachine()}.sock`);
  const server = createServer((socket) => converse(socket, deps));
  await reaching(path, async (short) => {
    server.listen(short);
    await once(server, 'listening');
  });
  await chmod(path, 0o600);
  server.unref();
  return () => stop(server, path);
}

async function stop(server: Server, path: string): Promise<void> {
  server.close();
  // On a disk that takes no more changes it stays: the next who asks finds that nobody listens.
  await rm(path, { force: true }).catch(() => undefined);
}

function converse(socket: Socket, { answer, patienceMs = PATIENCE_MS }: ControlDeps): void {
  let question = '';
  socket.on('error', () => socket.destroy());
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.setEncoding('utf8').on('data', (piece: string) => {
    question += piece;
    if (question.length > MAX_QUESTION_CHARS) socket.destroy();
    if (!question.endsWith('\n')) return;
    Promise.resolve(answer(question.trim())).then(
      (said) => socket.end(JSON.stringify(said ?? null)),
      () => socket.destroy(),
    );
  });
}

/**
 * Names this run of this machine, containers included: where several machines share a data
 * directory, the sockets of the others are as deaf to us as those of dead processes.
 */
async function thisMachine(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(hostname);
  return boot.slice(0, 8);
}

/**
 * Asks every door that runs on a data directory; sockets of this machine's dead are removed.
 *
 * @param patienceMs  how long a door may say nothing
 */
export async function askDoors(
  dataDir: string,
  question: string,
  patienceMs = PATIENCE_MS,
): Promise<readonly DoorAnswer[]> {
  const folder = folderOf(dataDir);
  const ours = `.${await thisMachine()}.sock`;
  const names = await readdir(folder).catch(() => []);
  const asked = names
    .filter((name) => name.endsWith('.sock'))
    .map(async (name): Promise<readonly DoorAnswer[]> => {
      const path = join(folder, name);
      const pid = name.replace(/-.*/, '');
      try {
        return [{ pid, answer: await ask(path, question, patienceMs) }];
      } catch (error) {
        if (codeOf(error) !== 'ECONNREFUSED') return [{ pid, answer: undefined }];
        if (name.endsWith(ours)) await rm(path, { force: true });
        return [];
      }
    });
  return (await Promise.all(asked)).flat();
}

async function ask(path: string, question: string, patienceMs: number): Promise<unknown> {
  let text = '';
  const socket = await reaching(path, async (short) => {
    const made = createConnection(short);
    await once(made, 'connect');
    return made;
  });
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  socket.write(`${question}\n`);
  await once(socket, 'close');
  return text === '' ? undefined : JSON.parse(text);
}

/** Socket paths are short: a long one is reached through its open folder (Linux). */
async function reaching<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return use(path);
  const folder = await open(join(path, '..'), 'r');
  try {
    return await use(`/proc/self/fd/${folder.fd}/${path.slice(path.lastIndexOf('/') + 1)}`);
  } finally {
    await folder.close();
  }
}
