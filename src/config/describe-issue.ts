/** Turns the schema's issues into sentences for the operator. @module */
import type * as z from 'zod';
import { suggestKey } from './known-keys.ts';
import type { Finding, Path } from './problem.ts';
import type { RefusalParams } from './scalars.ts';

type Issue = z.core.$ZodIssue;

/** What a sentence may say about a value. */
export interface ValueView {
  valueAt(path: Path): unknown;
  /** What to call a value that came from a variable: it may be a secret, and is not shown. */
  subjectAt(path: Path): string | undefined;
}

/** Describes one issue; an unknown-keys issue makes one finding for each key. */
export function describeIssue(issue: Issue, view: ValueView): readonly Finding[] {
  return leavesOf(issue, []).flatMap(({ leaf, path }) => {
    if (leaf.code === 'unrecognized_keys') {
      return leaf.keys.map((key) => describeUnknownKey(path, key));
    }
    return [
      leaf.code === 'custom' ? describeRefusal(leaf, path, view) : describeShape(leaf, path, view),
    ];
  });
}

interface Leaf {
  readonly leaf: Issue;
  readonly path: Path;
}

/** Follows a union into the branch that the value was evidently meant for. */
function leavesOf(issue: Issue, parent: Path): readonly Leaf[] {
  const path = [
    ...parent,
    ...issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
  ];
  if (issue.code !== 'invalid_union') return [{ leaf: issue, path }];
  const meant = issue.errors.find((branch) => !branch.some(isOtherShape));
  return meant?.flatMap((inner) => leavesOf(inner, path)) ?? [{ leaf: issue, path }];
}

const isOtherShape = ({ path, code }: Issue) =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

function describeUnknownKey(parent: Path, key: string): Finding {
  return {
    path: [...parent, key],
    problem: 'there is no such key',
    remedy: suggestKey(parent, key),
    isAboutKey: true,
  };
}

function describeRefusal(leaf: z.core.$ZodIssueCustom, path: Path, view: ValueView): Finding {
  const { refusal } = (leaf.params ?? {}) as Partial<RefusalParams>;
  const subject = subjectOf(path, view);
  if (refusal === undefined) {
    return { path, problem: `${subject.text} does not fit`, remedy: `write ${leaf.message}` };
  }
  const { problem, remedy, suggestion } = refusal;
  return {
    path,
    problem: `${subject.text} ${problem}`,
    remedy: suggestion !== undefined && subject.isShown ? `write ${suggestion}` : remedy,
  };
}

function describeShape(leaf: Issue, path: Path, view: ValueView): Finding {
  const value = view.valueAt(path);
  const remedy = `write ${leaf.message}`;
  if (path.length === 0) {
    const problem = value === null ? 'the file is empty' : 'the file holds no keys';
    return { path, problem, remedy: 'write upstream: http://127.0.0.1:8888 to begin with' };
  }
  if (value === undefined) return { path, problem: 'is missing', remedy };
  if (value === null) {
    return { path, problem: 'has no value', remedy: `${remedy}, or remove the key` };
  }
  const subject = subjectOf(path, view).text;
  if (leaf.code === 'too_big') return { path, problem: `${subject} is too much`, remedy };
  if (leaf.code === 'too_small') return { path, problem: `${subject} is too little`, remedy };
  // A word that stands in no list of words.
  if (leaf.code === 'invalid_value' ? typeof value !== 'object' : isUnionOfWords(leaf, value)) {
    return { path, problem: `${subject} is not a choice here`, remedy };
  }
  if (Array.isArray(value)) return { path, problem: 'is a list', remedy };
  if (typeof value === 'object') return { path, problem: 'is a section of keys', remedy };
  return { path, problem: `${subject} is ${KINDS[typeof value] ?? 'no value'}`, remedy };
}

const isUnionOfWords = ({ code }: Issue, value: unknown) =>
  code === 'invalid_union' && typeof value === 'string';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

/** The value as a sentence may begin with it. Whatever may be a secret is not shown. */
function subjectOf(path: Path, view: ValueView): { text: string; isShown: boolean } {
  const hidden = view.subjectAt(path);
  if (hidden !== undefined) return { text: hidden, isShown: false };
  const value = view.valueAt(path);
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return isConfidential(path, text)
    ? { text: 'the value', isShown: false }
    : { text, isShown: true };
}

/** Credentials of a URL, key material, and anything long enough to be either. */
function isConfidential(path: Path, text: string): boolean {
  const key = path.findLast((part) => typeof part === 'string') ?? '';
  // A mistyped URL of a database still holds its password.
  if (path[0] === 'store' || path[0] === 'store_file') return true;
  return /key$|secret|password|token/.test(key) || /@|-----/.test(text) || text.length > 80;
}
