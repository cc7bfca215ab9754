/** From changed files to a door that serves by them, or to why it does not. @module */

import type { Config } from '../config/config.ts';
import { formatProblem, type LoadedConfig } from '../config/load.ts';
import type { Log } from '../core/log.ts';
import type { ConfigTaken } from '../door/contract.ts';
import type { Notes } from '../door/health.ts';
import type { ReloadLabel } from '../telemetry/metrics.ts';

/** What became of one reload; plain data, since it travels to other processes. */
export type ReloadOutcome =
  | ConfigTaken
  /** As `sallyport check` prints them; the configuration in force stays. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** The door, and where its configuration comes from. */
export interface ReloadDeps {
  /** Reads everything anew: file, environment, and the files that they name. */
  readonly load: () => LoadedConfig;
  readonly door: {
    reload(config: Config): ConfigTaken | Promise<ConfigTaken>;
    readonly health: Pick<Notes, 'note'>;
  };
  readonly log: Log;
  /** For the metrics; undefined where nobody counts. */
  readonly count?: ((outcome: ReloadLabel) => void) | undefined;
}

/** Reloads of one process. */
export interface Reloads {
  /** One after the other: the later one reads the later files. Never rejects. */
  reload(): Promise<ReloadOutcome>;
  /** Absolute paths of what the last look read, or was to read. */
  files(): readonly string[];
}

/** Builds the reloads. Each says in the log and in the note on `configuration` what came of it. */
export function createReloads(deps: ReloadDeps): Reloads {
  let files: readonly string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  async function reload(): Promise<ReloadOutcome> {
    const outcome = await attempt(deps, (read) => {
      // A file that cannot be read names no certificates: those of before still count.
      files = read.ok ? read.files : [...new Set([...files, ...read.files])];
    });
    tell(deps, outcome);
    return outcome;
  }
  return {
    reload() {
      const mine = last.then(reload);
      last = mine;
      return mine;
    },
    files: () => files,
  };
}

async function attempt(
  { load, door, log }: ReloadDeps,
  onRead: (read: LoadedConfig) => void,
): Promise<ReloadOutcome> {
  try {
    const loaded = load();
    onRead(loaded);
    if (!loaded.ok) return { kind: 'refused', problems: loaded.problems.map(formatProblem) };
    const taken = await door.reload(loaded.config);
    if (taken.kind === 'taken') for (const warning of loaded.warnings) log.warn({}, warning);
    return taken;
  } catch (error) {
    log.error({ err: error }, 'the configuration could not be reloaded');
    return { kind: 'refused', problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function tell({ door, log, count }: ReloadDeps, outcome: ReloadOutcome): void {
  const sentence = describeOutcome(outcome);
  switch (outcome.kind) {
    case 'taken':
      log.info({ changes: outcome.changes }, sentence);
      break;
    case 'unchanged':
      log.debug({}, sentence);
      break;
    case 'refused':
      log.error({ problems: outcome.problems }, sentence);
      break;
    case 'needs-restart':
      log.error({ keys: outcome.keys }, sentence);
      break;
    default:
      outcome satisfies never;
  }
  const isInForce = outcome.kind === 'taken' || outcome.kind === 'unchanged';
  if (outcome.kind !== 'unchanged') count?.(isInForce ? 'applied' : 'refused');
  door.health.note('configuration', isInForce ? undefined : sentence);
}

/** An outcome in one sentence; the problems of a refused configuration follow elsewhere. */
export function describeOutcome(outcome: ReloadOutcome): string {
  switch (outcome.kind) {
    case 'taken':
      return `the configuration was reloaded: ${outcome.changes.join(', ')}`;
    case 'unchanged':
      return 'nothing has changed';
    case 'refused':
      return `the changed configuration is refused, the old one stays: ${outcome.problems[0] ?? ''}`;
    case 'needs-restart':
      return `the old configuration stays, these need a restart: ${outcome.keys.join(', ')}`;
    default:
      return outcome satisfies never;
  }
}
