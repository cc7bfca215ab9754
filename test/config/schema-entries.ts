/** Walks the keys of a JSON Schema. @module */
import type { SchemaNode } from '../../src/config/json-schema.ts';

interface SchemaEntry {
  /** Keys from the root; a list's entries add `[]`. */
  readonly path: readonly string[];
  readonly node: SchemaNode;
}

/** Every key of the schema, sections and their keys alike. */
export function* entriesOf(node: SchemaNode, path: readonly string[] = []): Generator<SchemaEntry> {
  for (const branch of [node, ...(node.anyOf ?? [])]) {
    for (const [key, child] of Object.entries(branch.properties ?? {})) {
      yield { path: [...path, key], node: child };
      yield* entriesOf(child, [...path, key]);
    }
    if (branch.items !== undefined) yield* entriesOf(branch.items, [...path, '[]']);
  }
}
