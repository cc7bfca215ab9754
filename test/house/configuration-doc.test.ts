/** docs/configuration.md has every key, with its default and its meaning. @module */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonSchema, type SchemaNode } from '../../src/config/json-schema.ts';
import { ROOT } from './sources.ts';

interface Row {
  readonly key: string;
  readonly default: string;
  readonly meaning: string;
}

const documented = readRows();
const inSchema = [...rowsOf(jsonSchema(), '')];
/** A route's upstream is described once, as `upstream`. */
const isRepeated = ({ key }: Row) => key.startsWith('routes[].upstream.');

describe('docs/configuration.md', () => {
  it('has every key once, and no other', () => {
    const keys = inSchema.filter((row) => !isRepeated(row)).map(({ key }) => key);
    expect(documented.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  });

  it('leaves out a route’s upstream only because it has the keys of the other', () => {
    const below = (prefix: string) =>
      inSchema.flatMap((row) =>
        row.key.startsWith(prefix) ? [{ ...row, key: row.key.slice(prefix.length) }] : [],
      );
    expect(below('routes[].upstream.')).toEqual(below('upstream.'));
    expect(below('upstream.').length).toBeGreaterThan(0);
  });

  it.each(documented)('tells the default of $key', (row) => {
    expect(row.default).toBe(inSchema.find(({ key }) => key === row.key)?.default);
  });

  it.each(documented)('begins the meaning of $key with what editors show', (row) => {
    const shown = inSchema.find(({ key }) => key === row.key)?.meaning ?? '';
    expect(row.meaning.startsWith(shown)).toBe(true);
    expect(row.meaning.slice(shown.length)).toMatch(/^(?: .*\.)?$/);
  });
});

function readRows(): readonly Row[] {
  return readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, key, fallback = '', meaning = ''] =
        /^\| `([a-z_[\].]+)` \| (\S.*?) \| (.+) \|$/.exec(line) ?? [];
      return key === undefined ? [] : [{ key, default: fallback, meaning }];
    });
}

/** Every key with a value of its own; a mere section has none. */
function* rowsOf(node: SchemaNode, path: string): Generator<Row> {
  for (const branch of [node, ...(node.anyOf ?? [])]) {
    for (const [name, child] of Object.entries(branch.properties ?? {})) {
      const key = path === '' ? name : `${path}.${name}`;
      const { description: meaning = '' } = child;
      if (child.type !== 'object') yield { key, default: show(child.default), meaning };
      yield* rowsOf(child, key);
    }
    if (branch.items !== undefined) yield* rowsOf(branch.items, `${path}[]`);
  }
}

function show(value: unknown): string {
  if (value === undefined) return '—';
  return Array.isArray(value) ? `\`[${value.join(', ')}]\`` : `\`${String(value)}\``;
}
