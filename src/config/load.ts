/** From a file and the environment to a checked configuration, or to every problem. @module */
import { dirname, resolve } from 'node:path';
import { accepted } from '../core/parsed.ts';
import type { PostgresPlace } from '../core/postgres-url.ts';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import { findContradictions } from './contradictions.ts';
import { ENVIRONMENT, readEnvironment, variableOf } from './environment.ts';
import { deepFreeze } from './freeze.ts';
import { namedFiles } from './named-files.ts';
import { type OverlaidSource, overlay } from './overlay.ts';
import { NO_PARTS, readPostgresParts } from './postgres-parts.ts';
import {
  type ConfigProblem,
  type Finding,
  formatPath,
  formatProblem,
  isWithin,
  type Path,
} from './problem.ts';
import { readTextFile } from './read-file.ts';
import { readSettings } from './read-settings.ts';
import { configSchema } from './schema.ts';
import type { Environment } from './substitute.ts';
import { findWarnings } from './warnings.ts';
import { type Place, readYaml } from './yaml-source.ts';

export type { ConfigProblem } from './problem.ts';
export { formatProblem } from './problem.ts';

/** A configuration to run on, or everything that stands against it. */
export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly string[];
      /** Absolute paths of what was read, or was to be read. */
      readonly files: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      readonly files: readonly string[];
      /** As far as the rest could be read: where running doors are found. */
      readonly dataDir?: string | undefined;
    };

/**
 * Loads a configuration. Nothing is touched, and every problem is reported in
 * one go: the environment's first, then the file's in its order.
 *
 * Relative paths (`data_dir`, every `…_file`) start from the file's own folder,
 * wherever the program was started; without a file from the current folder.
 *
 * @param options.file  without one, the environment says everything
 * @param options.port  on 127.0.0.1, where neither says where to listen; without a file only
 */
export function loadConfig(options: {
  readonly file?: string | undefined;
  readonly env: Environment;
  readonly port?: number | undefined;
}): LoadedConfig {
  const { file, env, port } = options;
  const own = file === undefined ? [] : [resolve(file)];
  const environment = readEnvironment(env);
  const defaults = port === undefined ? '{}' : `listen: 127.0.0.1:${port}`;
  const text = file === undefined ? accepted(defaults) : readTextFile(file);
  if (!text.ok) {
    const unreadable = { file: file ?? '', line: 0, column: 0, path: '', ...text.refusal };
    return { ok: false, problems: [...environment.problems, unreadable], files: own };
  }
  const yaml = readYaml(text.value, env);
  const source = overlay(yaml, environment);
  const place = (finding: Finding): ConfigProblem =>
    file === undefined || source.isOfEnvironment(finding)
      ? nameVariable(finding)
      : locate(finding, file, yaml.placeOf);
  const namesStore = source.has(['store']) || source.has(['store_file']);
  const parts = namesStore ? NO_PARTS : readPostgresParts(env);
  const baseDir = file === undefined ? process.cwd() : dirname(resolve(file));
  const checked = checkSource(source, baseDir, parts.place);
  const files = [...new Set([...own, ...namedFiles(source.value, baseDir)])];
  const problems = inOrder([
    ...environment.problems,
    ...parts.problems,
    ...yaml.faults.map((fault) => ({ file: file ?? '', path: '', ...fault })),
    ...checked.findings.map(place),
  ]);
  if (problems.length > 0 || checked.config === undefined) {
    return { ok: false, problems, files, dataDir: checked.config?.dataDir };
  }
  const config = deepFreeze(checked.config);
  return { ok: true, config, warnings: findWarnings(config), files };
}

/**
 * The configuration for a start without a file: one upstream for everyone who
 * has signed in, on this machine only, every other value the schema's default.
 *
 * @param options.dataDir  relative to the current folder
 * @throws ZodError when `upstream` is no upstream; the caller is the program itself
 */
export function demoConfig(options: {
  readonly upstream: string;
  readonly dataDir: string;
  readonly port?: number;
}): Config {
  const { upstream, dataDir, port = 8080 } = options;
  const address = `127.0.0.1:${port}`;
  const settings = configSchema.parse({
    ...{ listen: address, public_url: `http://${address}` },
    upstream,
    data_dir: dataDir,
  });
  return deepFreeze(buildConfig(settings, process.cwd(), { isGiven: () => false }).config);
}

interface CheckedSource {
  readonly findings: readonly Finding[];
  readonly config: Config | undefined;
}

function checkSource(
  source: OverlaidSource,
  baseDir: string,
  parts: PostgresPlace | undefined,
): CheckedSource {
  if (source.value === undefined) return { findings: source.findings, config: undefined };
  const { findings, settings, refusedPaths } = readSettings(source);
  if (settings === undefined) return { findings, config: undefined };
  const built = buildConfig(settings, baseDir, { isGiven: source.has, parts });
  const further = [...findContradictions(settings, source.has), ...built.findings].filter(
    (finding) => (finding.compares ?? [finding.path]).every((path) => isKept(path, refusedPaths)),
  );
  return { findings: [...findings, ...further], config: built.config };
}

/** A value that was refused, or stood within one, is unknown: nothing follows from its absence. */
const isKept = (path: Path, refusedPaths: readonly Path[]) =>
  !refusedPaths.some((refused) => isWithin(path, refused));

/** In the order of the file; what two checks found is said once. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...unique.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function locate(
  { path, problem, remedy, isAboutKey }: Finding,
  file: string,
  placeOf: (path: Path, part: 'key' | 'value') => Place,
): ConfigProblem {
  const place = placeOf(path, isAboutKey === true ? 'key' : 'value');
  return { file, ...place, path: formatPath(path), problem, remedy };
}

function nameVariable({ path, problem, remedy }: Finding): ConfigProblem {
  const place = { file: ENVIRONMENT, line: 0, column: 0, path: variableOf(path) };
  // Only without a file: nothing says where requests go.
  const isWhole = path.length === 0;
  return { ...place, problem, remedy: isWhole ? `set ${variableOf(['upstream'])}` : remedy };
}
