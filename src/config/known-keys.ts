/** Which keys there are, and which one an unknown key was meant to be. @module */
import { jsonSchema, type SchemaNode } from './json-schema.ts';
import { formatPath, type Path } from './problem.ts';

/** What to do about a key that does not exist at `parent`. */
export function suggestKey(parent: Path, key: string): string {
  const root: SchemaNode = jsonSchema();
  const known = keysOf(parent.reduce<readonly SchemaNode[]>(childrenOf, [root]));
  const nearest = nearestTo(key, known);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  const elsewhere = [...pathsOf(root, [])].find((path) => path.at(-1) === key);
  if (elsewhere !== undefined) return `it belongs at ${formatPath(elsewhere)}`;
  return `remove it, or use one of ${known.join(', ')}`;
}

/** Where the value of a misspelt key was meant to stand; undefined where nobody can know. */
export function meantPath(misspelt: Path): Path | undefined {
  const parent = misspelt.slice(0, -1);
  const known = keysOf(parent.reduce<readonly SchemaNode[]>(childrenOf, [jsonSchema()]));
  const nearest = nearestTo(String(misspelt.at(-1)), known);
  return nearest === undefined ? undefined : [...parent, nearest];
}

/** A key that one value, or a list of values, can be given to. */
export interface SettingKey {
  readonly path: Path;
  /** Whether nothing but text is right. */
  readonly isText: boolean;
}

/** Every such key of the schema; lists of sections, such as routes, are none. */
export function* settingKeys(
  node: SchemaNode = jsonSchema(),
  parent: Path = [],
): Generator<SettingKey> {
  for (const [key, child] of branchesOf(node).flatMap(propertiesOf)) {
    const path = [...parent, key];
    const values = (child.anyOf ?? [child]).filter(isValue);
    const isText = values.every(({ type }) => type === 'string');
    if (values.length > 0) yield { path, isText };
    yield* settingKeys(child, path);
  }
}

const propertiesOf = (node: SchemaNode) => Object.entries(node.properties ?? {});

const isValue = ({ type, items }: SchemaNode) =>
  type === 'array' ? items?.type !== 'object' : type !== 'object';

const branchesOf = (node: SchemaNode): readonly SchemaNode[] => [node, ...(node.anyOf ?? [])];

function childrenOf(nodes: readonly SchemaNode[], part: string | number): SchemaNode[] {
  return nodes.flatMap(branchesOf).flatMap((node) => {
    const child = typeof part === 'number' ? node.items : node.properties?.[part];
    return child === undefined ? [] : [child];
  });
}

function keysOf(nodes: readonly SchemaNode[]): readonly string[] {
  return nodes.flatMap(branchesOf).flatMap((node) => Object.keys(node.properties ?? {}));
}

function* pathsOf(node: SchemaNode, path: Path): Generator<Path> {
  for (const branch of branchesOf(node)) {
    for (const [key, child] of Object.entries(branch.properties ?? {})) {
      yield [...path, key];
      yield* pathsOf(child, [...path, key]);
    }
    if (branch.items !== undefined) yield* pathsOf(branch.items, [...path, 0]);
  }
}

/** The one of `known`, all in lower case, that `key` was probably meant to be. */
export function nearestTo(key: string, known: readonly string[]): string | undefined {
  const folded = key.toLowerCase().replaceAll('-', '_').slice(0, 64);
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(folded, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** Levenshtein's distance, two swapped neighbours counting as one edit. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(previous, j) + 1,
        at(row, j - 1) + 1,
        at(previous, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = previous;
    previous = row;
  }
  return at(previous, b.length);
}

const at = (row: readonly number[], i: number) => row[i] ?? Number.POSITIVE_INFINITY;
