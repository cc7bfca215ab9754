/** From a file's name to a checked configuration, or to every problem in it. @module */
import { dirname, resolve } from 'node:path';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import { findContradictions } from './contradictions.ts';
import { deepFreeze } from './freeze.ts';
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
import { readYaml, type YamlSource } from './yaml-source.ts';

export type { ConfigProblem } from './problem.ts';
export { formatProblem } from './problem.ts';

/** A configuration to run on, or everything that stands against it. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Loads a configuration file. Nothing is touched, and every problem is reported
 * in one go, in the order of the file.
 *
 * Relative paths in the file (`data_dir`, every `…_file`) start from the file's
 * own folder, wherever the program was started.
 */
export function loadConfig(options: {
  readonly file: string;
  readonly env: Environment;
}): LoadedConfig {
  const { file, env } = options;
  const text = readTextFile(file);
  if (!text.ok) {
    const { problem, remedy } = text.refusal;
    return { ok: false, problems: [{ file, line: 0, column: 0, path: '', problem, remedy }] };
  }
  const source = readYaml(text.value, env);
  const checked = checkSource(source, dirname(resolve(file)));
  const problems = inOrder([
    ...source.faults.map((fault) => ({ file, path: '', ...fault })),
    ...checked.findings.map((finding) => locate(finding, source, file)),
  ]);
  if (problems.length > 0 || checked.config === undefined) return { ok: false, problems };
  const config = deepFreeze(checked.config);
  return { ok: true, config, warnings: findWarnings(config) };
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
    ...{ upstream, data_dir: dataDir },
  });
  return deepFreeze(buildConfig(settings, process.cwd()).config);
}

interface CheckedSource {
  readonly findings: readonly Finding[];
  readonly config: Config | undefined;
}

function checkSource(source: YamlSource, baseDir: string): CheckedSource {
  if (source.value === undefined) return { findings: [], config: undefined };
  const { findings, settings, refusedPaths } = readSettings(source);
  if (settings === undefined) return { findings, config: undefined };
  const built = buildConfig(settings, baseDir);
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

function locate(finding: Finding, source: YamlSource, file: string): ConfigProblem {
  const { path, problem, remedy, isAboutKey } = finding;
  const place = source.placeOf(path, isAboutKey === true ? 'key' : 'value');
  return { file, ...place, path: formatPath(path), problem, remedy };
}
