/** The file with the environment's values laid over it. @module */
import { type EnvironmentSettings, type Override, variableOf } from './environment.ts';
import { type Finding, formatPath, isWithin, type Path } from './problem.ts';
import type { RawSettings } from './read-settings.ts';
import type { YamlSource } from './yaml-source.ts';

/** Plain data out of both, and which of them a value is from. */
export interface OverlaidSource extends RawSettings {
  /** Whether something stands at `path`, in either. */
  has(path: Path): boolean;
  /** Whether a finding is about what the environment says, or should say. */
  isOfEnvironment(finding: Finding): boolean;
}

/** Lays what the environment says over the file. */
export function overlay(file: YamlSource, environment: EnvironmentSettings): OverlaidSource {
  const laid = layOver(file.value, environment.overrides);
  const given = [...environment.overrides, ...environment.findings].map(({ path }) => path);
  const isGiven = (path: Path) => given.some((other) => isWithin(path, other));
  const isBeside = (path: Path) =>
    path.length > 1 && given.some((other) => isWithin(other, path.slice(0, -1)));
  return {
    value: laid.value,
    findings: [
      ...file.findings.filter(({ path }) => !isGiven(path)),
      ...environment.findings,
      ...laid.findings,
    ],
    has: (path) => isGiven(path) || given.some((other) => isWithin(other, path)) || file.has(path),
    subjectAt(path) {
      if (isGiven(path)) return 'the value';
      const variable = file.variableAt(path);
      return variable === undefined ? undefined : `the value of \${${variable}}`;
    },
    isOfEnvironment: ({ path, compares = [] }) =>
      isGiven(path) || (!file.has(path) && (isBeside(path) || compares.some(isGiven))),
  };
}

function layOver(file: unknown, overrides: readonly Override[]) {
  const findings: Finding[] = [];
  // Broken notation: nothing can be said about the whole.
  if (file === undefined || overrides.length === 0) return { value: file, findings };
  const root = { value: structuredClone(file) };
  for (const { path, value } of overrides) {
    const blocking = setAt(root, ['value', ...path], value);
    if (blocking === undefined) continue;
    const parent = formatPath(blocking.slice(1));
    findings.push({
      path,
      problem: `belongs to a section of keys, but ${parent || 'the file'} is none`,
      remedy: `make it one, or set ${variableOf(blocking.slice(1)) || 'keys'} alone`,
    });
  }
  return { value: root.value, findings };
}

/** @returns the path of a value in the way, which is no section */
function setAt(root: object, path: Path, value: unknown): Path | undefined {
  let node = root;
  for (const [i, key] of path.entries()) {
    if (i === path.length - 1) {
      Reflect.set(node, key, value);
      return undefined;
    }
    const next: unknown = Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined;
    const section = next ?? {};
    if (typeof section !== 'object' || Array.isArray(section)) return path.slice(0, i + 1);
    if (next !== section) Reflect.set(node, key, section);
    node = section;
  }
  return undefined;
}
