/** Holds plain data against the schema, and keeps what can be kept of it. @module */
import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { describeIssue } from './describe-issue.ts';
import { meantPath } from './known-keys.ts';
import type { Finding, Path } from './problem.ts';
import { configSchema, type Settings } from './schema.ts';

/** What a file says, as far as it could be read. */
export interface ReadSettings {
  readonly findings: readonly Finding[];
  /**
   * The settings without the values that `findings` refuse, so that contradictions
   * among the others are reported in the same go; undefined when nothing is left.
   */
  readonly settings: Settings | undefined;
  /** Values that are missing from `settings`. */
  readonly refusedPaths: readonly Path[];
}

/** Plain data, what was wrong with it already, and where it came from. */
export interface RawSettings {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** What a sentence calls a value that came from a variable: it may be a secret. */
  subjectAt(path: Path): string | undefined;
}

/** Reads plain data as settings. */
export function readSettings(raw: RawSettings): ReadSettings {
  const value: unknown = structuredClone(raw.value);
  const refusedPaths = raw.findings.map(({ path }) => removeAt(value, path) ?? path);
  retypeVariables(value, raw);
  const findings = [...raw.findings];
  for (let isFirst = true; ; isFirst = false) {
    const result = configSchema.safeParse(value);
    if (result.success) return { findings, settings: result.data, refusedPaths };
    const { issues } = result.error;
    if (isFirst) {
      const view = {
        valueAt: (path: Path) => valueAt(value, path),
        subjectAt: (path: Path) => raw.subjectAt(path),
      };
      // Described before anything is removed, and all at once.
      findings.push(...issues.flatMap((issue) => describeIssue(issue, view)));
    }
    const removed = issues.flatMap((issue) => removeRefused(value, issue));
    if (removed.length === 0) return { findings, settings: undefined, refusedPaths };
    refusedPaths.push(...removed.flatMap((one) => unknownAfter(one, value)));
  }
}

/** A variable is text; where the schema wants a number or a boolean, it is read as one. */
function retypeVariables(value: unknown, raw: RawSettings): void {
  const result = configSchema.safeParse(value);
  for (const issue of result.error?.issues ?? []) {
    if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value') continue;
    const path = pathOf(issue.path);
    const found = valueAt(value, path);
    if (typeof found !== 'string' || raw.subjectAt(path) === undefined) continue;
    const scalar: unknown = parseDocument(found, { logLevel: 'error' }).toJS();
    if (typeof scalar === 'number' || typeof scalar === 'boolean') setAt(value, path, scalar);
  }
}

interface Removed {
  readonly path: Path;
  /** An unknown key: its absence says nothing about the values that exist. */
  readonly isKeyOnly: boolean;
}

/** A misspelt `upstream` does say where requests go: only what it says is unknown. */
function unknownAfter({ path, isKeyOnly }: Removed, value: unknown): readonly Path[] {
  if (!isKeyOnly) return [path];
  const meant = meantPath(path);
  return meant === undefined || valueAt(value, meant) !== undefined ? [] : [meant];
}

function removeRefused(value: unknown, issue: z.core.$ZodIssue): readonly Removed[] {
  const path = pathOf(issue.path);
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.flatMap((target) => {
    const removed = removeAt(value, target);
    return removed === undefined
      ? []
      : [{ path: removed, isKeyOnly: issue.code === 'unrecognized_keys' }];
  });
}

const pathOf = (path: readonly PropertyKey[]): Path =>
  path.map((part) => (typeof part === 'number' ? part : String(part)));

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, part)
        ? Reflect.get(node, part)
        : undefined,
    value,
  );
}

function setAt(value: unknown, path: Path, scalar: number | boolean): void {
  const parent = valueAt(value, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent === 'object' && parent !== null && key !== undefined) {
    Reflect.set(parent, key, scalar);
  }
}

/**
 * Removes the value at `path`, or the nearest one around it that is a key's: a
 * list whose entries move up would make every later path wrong.
 *
 * @returns the path of what was removed; undefined when there was nothing
 */
function removeAt(value: unknown, path: Path): Path | undefined {
  for (let target = path; target.length > 0; target = target.slice(0, -1)) {
    const parent = valueAt(value, target.slice(0, -1));
    const key = target.at(-1);
    if (typeof key !== 'string' || typeof parent !== 'object' || parent === null) continue;
    if (!Object.hasOwn(parent, key)) continue;
    Reflect.deleteProperty(parent, key);
    return target;
  }
  return undefined;
}
