/** A configuration file's text as plain data, with the place of every value. @module */
import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import type { Finding, Path } from './problem.ts';
import { type Environment, substitute } from './substitute.ts';
import { explainYamlError } from './yaml-errors.ts';
import { nodeAt, offsetOf } from './yaml-node.ts';

/** Where something stands, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A fault of notation: it has a place, and no path. */
export interface NotationFault extends Place {
  readonly problem: string;
  readonly remedy: string;
}

/** A file that has been read as YAML. */
export interface YamlSource {
  /** Maps, lists and scalars; undefined where the notation is broken. */
  readonly value: unknown;
  readonly faults: readonly NotationFault[];
  /** Values that could not be substituted; `value` still holds their raw text. */
  readonly findings: readonly Finding[];
  placeOf(path: Path, part: 'key' | 'value'): Place;
  /** Whether something stands at `path`. */
  has(path: Path): boolean;
  /** The variable that the value at `path` was made from, if any. */
  variableAt(path: Path): string | undefined;
}

// One unclosed bracket can make the parser complain once for every character after it.
const MAX_COMPLAINTS = 20;

type Doc = Document.Parsed<ParsedNode>;

/**
 * Reads a text as YAML 1.2 and substitutes the environment's values.
 *
 * @param env  absent for a text that is itself from there
 */
export function readYaml(text: string, env?: Environment): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Not 'silent', which would also pass over a second document.
    logLevel: 'error',
  });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = findFaults(document, text, at);
  const isBroken = faults.some((fault) => fault.isBroken);
  const variables = new Map<unknown, string>();
  const findings = isBroken || !env ? [] : substituteAll(document, env, variables);
  return {
    value: isBroken ? undefined : document.toJS(),
    faults,
    findings,
    placeOf: (path, part) => at(offsetOf(document.contents, path, part)),
    has: (path) => nodeAt(document.contents, path) !== undefined,
    variableAt: (path) => variables.get(nodeAt(document.contents, path)),
  };
}

function findFaults(document: Doc, text: string, at: (offset: number) => Place) {
  const sourceLines = text.split(/\r?\n/);
  const all = [...document.errors, ...document.warnings].toSorted(
    // What breaks the document comes first, so that the cut below never hides it.
    (a, b) => Number(isHarmless(a)) - Number(isHarmless(b)),
  );
  // The first complaint about a place is the cause, the others follow from it.
  const firsts = all.filter((error, i) => error.pos[0] !== all[i - 1]?.pos[0]);
  const complaints = firsts.slice(0, MAX_COMPLAINTS);
  const faults = complaints.map(({ code, pos }) => {
    const place = at(pos[0]);
    const { problem, remedy } = explainYamlError(code, sourceLines[place.line - 1] ?? '');
    return { ...place, problem, remedy, isBroken: !isHarmless({ code }) };
  });
  const add = (offset: number, problem: string, remedy: string) =>
    faults.push({ ...at(offset), problem, remedy, isBroken: true });
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') {
    add(0, 'the file asks for an old version of YAML', 'remove the %YAML line');
  }
  visit(document, {
    // No aliases: nothing can grow without bound, and every value has one place and one path.
    Alias: (_, { range }) => {
      const quote = 'write the value out, in quotes if the * belongs to it';
      add(range?.[0] ?? 0, 'a value starts with * and so is a YAML alias', quote);
    },
    Node: (_, node) => {
      if (isAlias(node) || node.tag === undefined || document.warnings.length > 0) return;
      add(node.range?.[0] ?? 0, 'a value has a YAML tag', 'remove the word that starts with !');
    },
  });
  return faults.slice(0, MAX_COMPLAINTS);
}

/** The last of two equal keys counts, and everything else can still be judged. */
const isHarmless = ({ code }: { readonly code: ErrorCode }) => code === 'DUPLICATE_KEY';

function substituteAll(document: Doc, env: Environment, variables: Map<unknown, string>) {
  const findings: Finding[] = [];
  const substituteIn = (node: Scalar, path: Path): void => {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return;
    const result = substitute(node.value, env);
    if (!result.ok) {
      findings.push({ path, ...result.refusal });
      return;
    }
    node.value = result.value.text;
    const [first] = result.value.variables;
    if (first !== undefined) variables.set(node, first);
  };
  const walk = (node: unknown, path: Path): void => {
    if (isScalar(node)) substituteIn(node, path);
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        walk(value, [...path, String(isScalar(key) ? key.value : key)]);
      }
    }
    if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) walk(item, [...path, i]);
    }
  };
  walk(document.contents, []);
  return findings;
}
