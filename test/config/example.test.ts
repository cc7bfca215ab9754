import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema, type SchemaNode } from '../../src/config/json-schema.ts';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { entriesOf } from './schema-entries.ts';

const root = new URL('../../', import.meta.url);
const file = fileURLToPath(new URL('config.example.yaml', root));
const text = readFileSync(file, 'utf8');

// A # straight before a key, or before more than one space, marks a line to be used.
const uncommented = text.replace(/^( *)#(?=[a-z_]+:| {2})/gm, '$1');

/** What stands at a schema's path; of a list of sections, its first that has the key. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((item) => valueAt(item, rest)).find((found) => found !== undefined);
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return valueAt(Reflect.get(value, key), rest);
}

const entries = [...entriesOf(jsonSchema() as SchemaNode)].map(({ path, node }) => ({
  name: path.join('.'),
  path,
  node,
}));

// The upstream's section is shown once, at a route; inline PEM text only in words.
const isShownElsewhere = (name: string) =>
  /^upstream\./.test(name) || /\.(ca|client_cert|client_key|rings)$/.test(name);

describe('config.example.yaml', () => {
  it('loads without a problem or a warning', () => {
    const result = loadConfig({ file, env: {} });
    expect(result.ok ? result.warnings : result.problems.map(formatProblem)).toEqual([]);
  });

  it('tells editors where the schema is', () => {
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    expect(existsSync(new URL(schema, root))).toBe(true);
  });

  it.each(entries)('shows $name', ({ name, path }) => {
    if (isShownElsewhere(name)) expect(text).toContain(path.at(-1));
    else expect(valueAt(parse(uncommented), path)).toBeDefined();
  });

  it.each(entries.filter(({ node }) => node.default !== undefined))(
    'shows the default of $name',
    ({ path, node }) => {
      expect(valueAt(parse(uncommented), path)).toEqual(node.default);
    },
  );

  it('leaves commented what has no default, but for the upstream', () => {
    const plain: unknown = parse(text);
    const shown = entries.filter(
      ({ path, node }) =>
        node.default === undefined &&
        node.properties === undefined &&
        valueAt(plain, path) !== undefined,
    );
    expect(shown.map(({ name }) => name)).toEqual(['upstream']);
  });

  it('explains every key in the line above it', () => {
    const lines = uncommented.split('\n');
    const seen = new Set<string>();
    for (const [i, line] of lines.entries()) {
      const key = /^ *(?:- )?([a-z_]+):/.exec(line)?.[1];
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      const isSectionStart = ['auth', 'session', 'log', 'url', 'routes'].includes(key);
      expect(isSectionStart || /^ *# /.test(lines[i - 1] ?? ''), key).toBe(true);
    }
    expect(seen.size).toBeGreaterThan(40);
  });

  it('stays within 80 columns', () => {
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe('examples/', () => {
  const folder = new URL('examples/', root);
  const examples = readdirSync(folder).filter((name) => /^config.*\.yaml$/.test(name));

  it.each(examples)('%s loads', (name) => {
    const result = loadConfig({ file: fileURLToPath(new URL(name, folder)), env: {} });
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
  });
});
