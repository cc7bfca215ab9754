/** Finds the node of a YAML document that a path leads to. @module */
import { isMap, isNode, isScalar, isSeq, type Node } from 'yaml';
import type { Path } from './problem.ts';

/** A key and its value; a list's entry has no key. */
interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

/** The node at `path`, if the document has one. */
export function nodeAt(root: Node | null, path: Path): unknown {
  return path.reduce<unknown>((node, part) => entryOf(node, part)?.value, root);
}

/**
 * Where `path` begins in the text: at the value if it is a scalar, else at its
 * key; for a path that the document lacks, at the section that should hold it.
 *
 * @returns an offset into the text
 */
export function offsetOf(root: Node | null, path: Path, part: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = 0;
  for (const [i, key] of path.entries()) {
    const entry = entryOf(node, key);
    if (entry === undefined) return offset;
    const isWanted = i === path.length - 1 && part === 'value';
    const pointsAtValue = !isNode(entry.key) || (isWanted && isFilledScalar(entry.value));
    const target = pointsAtValue ? entry.value : entry.key;
    offset = (isNode(target) && target.range?.[0]) || offset;
    node = entry.value;
  }
  return offset;
}

const isFilledScalar = (node: unknown) => isScalar(node) && node.value !== null;

function entryOf(node: unknown, part: string | number): Entry | undefined {
  if (isSeq(node) && typeof part === 'number') {
    const value = node.items[part];
    return value === undefined ? undefined : { key: undefined, value };
  }
  // The last of two equal keys is the one whose value counts.
  return isMap(node)
    ? node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(part))
    : undefined;
}
