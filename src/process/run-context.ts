/** What a door is run with. @module */
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { FlushableLog } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What the command line found out before the door opens. */
export interface RunOptions {
  readonly config: Config;
  /** No configuration file was given; the embedded demonstration is the upstream. */
  readonly isDemo: boolean;
  /** Of the configuration; logged once. */
  readonly warnings: readonly string[];
  /** Reads the configuration anew; undefined where there is nothing to read. */
  readonly load?: () => LoadedConfig;
}

/** The same with what every process of the door has once. */
export interface RunContext extends RunOptions {
  readonly log: FlushableLog;
  readonly metrics: Metrics;
}
