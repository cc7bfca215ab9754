/** Tables in the documents say what the code says. @module */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_MEANING } from '../../src/cli/exit-codes.ts';
import { STATUS } from '../../src/core/errors.ts';
import { ROOT, readSources } from './sources.ts';

describe('docs/errors.md', () => {
  const rows = readTable('docs/errors.md', /^`E_/);

  it('has every code with its status, in order', () => {
    const documented = rows.map(([code = '', status]) => [
      code.replaceAll('`', ''),
      Number(status),
    ]);
    expect(documented).toEqual(Object.entries(STATUS));
  });

  it('says of each what it means and what to do', () => {
    expect(
      rows.filter(([, , meaning, remedy]) => !meaning?.endsWith('.') || !remedy?.endsWith('.')),
    ).toEqual([]);
  });
});

describe('docs/cli.md', () => {
  it('has every exit status with its meaning', () => {
    const documented = readTable('docs/cli.md', /^\d+$/).map(([code, meaning]) => [code, meaning]);
    expect(documented).toEqual(Object.entries(EXIT_MEANING));
  });

  it('has every command', () => {
    const documented = readTable('docs/cli.md', /^`[a-z]/).map(([usage = '']) =>
      usage.replaceAll('`', '').replace(/ [A-Z[].*$/, ''),
    );
    expect(documented.sort()).toEqual(listCommands());
  });
});

describe('every document', () => {
  it('has its rows in tables: a heading and a rule above them, or they are shown as they stand', () => {
    const documents = [
      'README.md',
      ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
    ];
    const loose = documents
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => {
        const blocks = readFileSync(join(ROOT, path), 'utf8').split('\n\n');
        return blocks.filter((block) => block.startsWith('| ') && !/^\|.*\n\|-/.test(block));
      });
    expect(loose).toEqual([]);
  });
});

/** Rows of a Markdown table whose first cell matches. */
function readTable(path: string, first: RegExp): string[][] {
  return readFileSync(join(ROOT, path), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '))
    .filter(([cell = '']) => first.test(cell));
}

/** Each command file names its command in its first line, and a few hold two. */
function listCommands(): string[] {
  return readSources('src/cli')
    .flatMap(({ text }) => text.split('\n', 1))
    .flatMap((line) => [...line.matchAll(/`sallyport ([^`]+)`/g)].map((match) => match[1]!))
    .sort();
}
