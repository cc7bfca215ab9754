/** What the documents tell people to write and to run is understood by the program. @module */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ROOT } from './sources.ts';

const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT });
const blocks = documents.flatMap(readBlocks);

describe('configuration examples', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are there', () => {
    expect(blocks.some(({ path, language }) => path === 'README.md' && language === 'yaml')).toBe(
      true,
    );
  });

  it.each(blocks.filter(({ language }) => language === 'yaml'))(
    '$path:$line loads, and warns of nothing',
    ({ text }) => {
      const file = join(folder, 'config.yaml');
      writeFileSync(file, completed(text));
      const loaded = loadConfig({ file, env: { SALLYPORT_DATA_DIR: folder } });
      expect(loaded).toMatchObject({ ok: true, warnings: [] });
    },
  );
});

describe('commands', () => {
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ path, text }) => commandsIn(text).map((command) => ({ path, command })));

  it('are there', () => expect(commands.length).toBeGreaterThan(5));

  it.each(commands)('$path: sallyport $command', async ({ command }) => {
    expect(await misunderstood(command)).toEqual([]);
  });

  it.each(['user conjure ada', 'fly', 'user', 'invite --conjure', 'user list --expires 1h'])(
    'would not pass: sallyport %s',
    async (command) => expect(await misunderstood(command)).not.toEqual([]),
  );
});

/** The words of a command that the program does not know. */
async function misunderstood(command: string): Promise<readonly string[]> {
  const words = command.split(/\s+/);
  const names = command.replace(/\s+-.*$/, '').split(/\s+/);
  const help = await helpFor(names);
  // For an unknown command the help is that of the group around it.
  const [, known = ''] = /^Usage: sallyport ([a-z -]*[a-z]) (?!.*\[command\])/m.exec(help) ?? [];
  if (known === '' || !`${names.join(' ')} `.startsWith(`${known} `)) return names;
  return words.filter((word) => word.startsWith('--') && !help.includes(`${word} `));
}

interface Block {
  readonly path: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** Fenced blocks; those in ```yaml are configurations, those in ```sh are to be typed. */
function readBlocks(path: string): readonly Block[] {
  const markdown = readFileSync(join(ROOT, path), 'utf8');
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: text = '', index }) => ({
      path,
      line: markdown.slice(0, index).split('\n').length,
      language,
      text,
    }),
  );
}

/** An excerpt says nothing about where requests go; a whole file must. */
function completed(text: string): string {
  return /^(?:upstream|routes):/m.test(text) ? text : `${text}\nupstream: http://127.0.0.1:8888\n`;
}

/** What follows the program's name, in a checkout or an installation. */
function commandsIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, command] =
      /(?:^|\s)(?:npm run -s sallyport --|node bin\/sallyport\.js)\s+([^#|>]+)/.exec(line) ?? [];
    return command === undefined ? [] : [command.trim()];
  });
}

async function helpFor(words: readonly string[]): Promise<string> {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const io = { stdin: process.stdin, stdout: sink, stderr: sink, env: {} };
  await runCommandLine([...words, '--help'], io);
  return text;
}
