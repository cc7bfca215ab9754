/** `sallyport run` @module */
import cluster from 'node:cluster';
import type { Command } from 'commander';
import {
  addConfigOption,
  type ConfigOption,
  isDemonstration,
  loadConfiguration,
  readConfiguration,
} from './configuration.ts';
import { withStackTraces } from './failure.ts';
import type { Io } from './io.ts';
import { leaveOutputToLog } from './required-output.ts';

/** Adds the command that runs the door until it is told to stop. */
export function addRun(program: Command, io: Io): void {
  addConfigOption(program.command('run'))
    .description('run the door; without a configuration, in front of a demonstration')
    .action((options: ConfigOption) => {
      leaveOutputToLog(io);
      if (cluster.isWorker) return runAsWorker();
      return isDemonstration(io, options) ? runDemonstration(io) : runConfigured(io, options);
    });
}

// Loaded only here: the other commands start three times as fast without the door.
async function runConfigured(io: Io, options: ConfigOption): Promise<void> {
  const configuration = readConfiguration(io, options);
  const { runDoor } = await import('../process/run.ts');
  await withStackTraces(io, configuration.config, () =>
    runDoor({ ...configuration, isDemo: false, load: () => loadConfiguration(io, options) }),
  );
}

/** What the primary has read is handed on: a worker reads no file. */
async function runAsWorker(): Promise<void> {
  const { runWorker } = await import('../cluster/worker.ts');
  await runWorker();
}

async function runDemonstration(io: Io): Promise<void> {
  const { startDemoUpstream } = await import('../demo/upstream.ts');
  const { runDoor } = await import('../process/run.ts');
  const upstream = await startDemoUpstream();
  try {
    await runDoor({ ...readConfiguration(io, {}, upstream.origin), isDemo: true });
  } finally {
    await upstream.close();
  }
}
