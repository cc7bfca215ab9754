/** The JSON Schema of the configuration file, for editors. @module */
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** As much of a JSON Schema node as is looked at here. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

// Editors must not mark `digits: ${DIGITS}` as wrong, which is right once substituted.
const VARIABLE = { type: 'string', pattern: '\\$\\{' } as const;

/** The schema of the file as it is written (draft 2020-12). */
export function jsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema: node }) => {
      const { type, default: fallback } = node;
      if (type === 'object' && JSON.stringify(fallback) === '{}') delete node.default;
      if (
        node.enum === undefined &&
        type !== 'integer' &&
        type !== 'number' &&
        type !== 'boolean'
      ) {
        return;
      }
      const { description, default: value, ...plain } = node;
      for (const key of Object.keys(node)) delete node[key];
      if (description !== undefined) node.description = description;
      if (value !== undefined) node.default = value;
      node.anyOf = [plain, VARIABLE];
    },
  });
  const title = 'Configuration of Sallyport';
  return { $schema, title, ...rest };
}
