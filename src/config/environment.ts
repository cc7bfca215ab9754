/** Settings from the environment: `SALLYPORT_` and a key's path, in upper case. @module */
import { accepted, type Parsed, refused } from '../core/parsed.ts';
import { nearestTo, type SettingKey, settingKeys } from './known-keys.ts';
import { type ConfigProblem, type Finding, formatPath, type Path } from './problem.ts';
import type { Environment } from './substitute.ts';
import { readYaml } from './yaml-source.ts';

/** One value from the environment; it wins over the file's. */
export interface Override {
  readonly path: Path;
  readonly value: unknown;
}

/** What the environment says, as far as it could be read. */
export interface EnvironmentSettings {
  readonly overrides: readonly Override[];
  /** Values that are not one value; `overrides` lacks them. */
  readonly findings: readonly Finding[];
  /** Names that mean nothing. */
  readonly problems: readonly ConfigProblem[];
}

/** Stands for the file's name where a variable is wrong. */
export const ENVIRONMENT = 'environment';

const PREFIX = 'SALLYPORT_';

// What Kubernetes sets for a Service named "sallyport" is none of ours.
const FOREIGN =
  /^SALLYPORT_(?:CONFIG$|PORT$|SERVICE_(?:HOST|PORT)(?:_|$)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_|$))/;

/** The variable that sets the key at `path`; a list's entry is named with its position. */
export function variableOf(path: Path): string {
  const end = path.findIndex((part) => typeof part === 'number');
  const keys = end === -1 ? path : path.slice(0, end);
  if (keys.length === 0) return '';
  return formatPath([PREFIX + keys.join('_').toUpperCase(), ...path.slice(keys.length)]);
}

/** Reads every `SALLYPORT_…` variable; an empty one is as good as absent. */
export function readEnvironment(env: Environment): EnvironmentSettings {
  const names = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !FOREIGN.test(name));
  if (names.length === 0) return { overrides: [], findings: [], problems: [] };
  const known = new Map([...settingKeys()].map((key) => [variableOf(key.path), key]));
  const overrides: Override[] = [];
  const findings: Finding[] = [];
  // In the schema's order, so that what is said does not depend on the environment's.
  for (const [name, key] of known) {
    const text = env[name]?.trim() ?? '';
    if (text === '') continue;
    const read = readValue(text, key);
    if (read.ok) overrides.push({ path: key.path, value: read.value });
    else findings.push({ path: key.path, ...read.refusal });
  }
  const unknown = names.filter((name) => !known.has(name)).toSorted();
  return { overrides, findings, problems: unknown.map((name) => unknownName(name, known)) };
}

/** Whether the environment makes a door of its own, rather than only placing the demonstration. */
export function configuresDoor(env: Environment): boolean {
  const { overrides, findings, problems } = readEnvironment(env);
  const isPlacement = ({ path }: { readonly path: Path }) => path[0] === 'data_dir';
  return problems.length > 0 || ![...overrides, ...findings].every(isPlacement);
}

/** One YAML value or a list of them: no variable can add keys. */
function readValue(text: string, { isText }: SettingKey): Parsed<unknown> {
  // Only PEM has lines, and YAML would fold them into one.
  if (/[\r\n]/.test(text)) return accepted(text);
  const { value, faults } = readYaml(text);
  const [fault] = faults;
  if (fault !== undefined) return refused(fault.problem, fault.remedy);
  const isOne = [value].flat().every((item) => typeof item !== 'object' || item === null);
  if (!isOne) return refused('holds more than one value', 'write one value, in quotes if need be');
  const isMereNumber = typeof value === 'number' || typeof value === 'boolean';
  return accepted(isText && isMereNumber ? text : value);
}

function unknownName(name: string, known: ReadonlyMap<string, SettingKey>): ConfigProblem {
  const key = name.slice(PREFIX.length);
  const names = [...known.keys()];
  const near = nearestTo(
    key,
    names.map((other) => other.slice(PREFIX.length).toLowerCase()),
  );
  const meant =
    near === undefined
      ? names.find((other) => other.endsWith(`_${key}`))
      : PREFIX + near.toUpperCase();
  const remedy = meant === undefined ? 'remove it, or rename it' : `did you mean ${meant}?`;
  const path = formatPath([name]);
  return {
    file: ENVIRONMENT,
    line: 0,
    column: 0,
    path,
    problem: 'there is no such setting',
    remedy,
  };
}
