import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchema, type SchemaNode } from '../../src/config/json-schema.ts';
import { entriesOf } from './schema-entries.ts';

const committed = readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8');

describe('the JSON Schema', () => {
  it('is the committed one; `npm run schema` writes it', () => {
    expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toBe(committed);
  });

  it('describes every key in a sentence, for editors to show', () => {
    for (const { path, node } of entriesOf(jsonSchema() as SchemaNode)) {
      expect(node.description, path.join('.')).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('lets no editor accept a key that the program refuses', () => {
    const objects: unknown[] = [];
    JSON.parse(committed, (_, value) => {
      if (value?.type === 'object') objects.push(value.additionalProperties);
      return value;
    });
    expect(objects.length).toBeGreaterThan(10);
    expect(new Set(objects)).toEqual(new Set([false]));
  });

  it('lets no editor refuse a variable where a number or a word is wanted', () => {
    const strict = [...entriesOf(jsonSchema() as SchemaNode)].filter(({ node }) =>
      ['integer', 'number', 'boolean'].includes(node.type ?? ''),
    );
    expect(strict).toEqual([]);
  });
});
