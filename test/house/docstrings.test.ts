/** Every exported symbol says what it is for. @module */
import { expect, it } from 'vitest';
import { readSources, type Source } from './sources.ts';

const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/;

it('gives every exported symbol a docstring', () => {
  expect(readSources('src').flatMap(findUndocumented)).toEqual([]);
});

it('gives every file a line that says what it holds', () => {
  const silent = readSources('src').filter(
    ({ text }) => !/^(?:#!.*\n)?\/\*\*[\s\S]*?@module/.test(text),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

it.each([
  ['/** Says. */\nexport const a = 1;', 0],
  ['// Does not count.\nexport function a() {}', 1],
  ['export interface A {}', 1],
  ['/** Says. @module */\n\nexport type A = 1;', 1],
  ['/** One. */\nexport function a(x: string): void;\nexport function a(x: number): void {}', 0],
])('reads %j', (text, count) => {
  expect(findUndocumented({ path: 'a.ts', text })).toHaveLength(count);
});

function findUndocumented({ path, text }: Source): string[] {
  const lines = text.split('\n');
  const documented = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = EXPORT.exec(line)?.[1];
    if (name === undefined) return [];
    const isDocumented = lines[index - 1]?.trimEnd().endsWith('*/') === true;
    if (isDocumented) documented.add(name);
    // A further overload, or the type of a documented value, needs no second one.
    return documented.has(name) ? [] : [`${path}:${index + 1}: ${name}`];
  });
}
