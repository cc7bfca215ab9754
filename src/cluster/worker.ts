/** The life of one worker: opens its door when the primary says so. @module */
import cluster from 'node:cluster';
import { explainFailure } from '../cli/failure.ts';
import { readVersion } from '../cli/version.ts';
import { StartupError } from '../core/errors.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import type { Door } from '../door/contract.ts';
import { openDoor } from '../door/door.ts';
import { endProcess } from '../process/ending.ts';
import { hearSignals } from '../process/signals.ts';
import { createLog, type FlushableLog } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { fromWire } from './config-wire.ts';
import {
  type Answers,
  answerQuestions,
  type Questions,
  type ReloadAnswer,
  type StartAnswer,
} from './questions.ts';

/** Runs this process as a worker until it has drained, then ends it. */
export async function runWorker(): Promise<void> {
  const metrics = createMetrics({ version: readVersion(), node: process.versions.node });
  const worker = new WorkerLife(metrics);
  answerQuestions(worker.answers, (cause) => worker.log?.error({ err: cause }, 'a worker failed'));
  // The primary is told to reload; a hang-up that reaches the whole group is no end.
  process.on('SIGHUP', () => undefined);
  cluster.worker?.once('disconnect', () => worker.outlivePrimary());
  // A terminal and a service manager signal every process of the group, the primary too.
  await Promise.race([hearSignals().told, worker.told]);
  await worker.drain();
  await endProcess(worker.log);
}

class WorkerLife {
  readonly #metrics: Metrics;
  readonly #told = Promise.withResolvers<void>();
  #started: Promise<unknown> = Promise.resolve();
  #drained: Promise<boolean> | undefined;
  #door: Door | undefined;
  log: FlushableLog | undefined;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** The primary wants an end, or has come to one itself. */
  get told(): Promise<void> {
    return this.#told.promise;
  }

  get answers(): Answers {
    return {
      start: (asked) => {
        const started = this.#start(asked);
        this.#started = started;
        return started;
      },
      reload: (wire) => this.#reload(wire),
      metrics: () => this.#metrics.snapshot(),
      health: async () => {
        const { health } = this.#open;
        return { reasons: await health.reasons(), notes: health.notes() };
      },
      drain: async ({ graceMs }) => {
        const isClean = await this.drain(graceMs);
        this.#told.resolve();
        return isClean;
      },
    };
  }

  /**
   * Once, whoever asks first. A door that is just being opened is drained when it is open: only
   * the primary knows whether the whole start is broken off, and then ends its workers itself.
   *
   * @param graceMs  the configured one by default
   * @returns whether everything finished by itself
   */
  drain(graceMs?: number): Promise<boolean> {
    this.#drained ??= this.#drainOnceStarted(graceMs);
    return this.#drained.finally(() => this.log?.flush());
  }

  async #drainOnceStarted(graceMs: number | undefined): Promise<boolean> {
    await this.#started;
    const door = this.#door;
    return door === undefined || door.drain(graceMs ?? door.config.drainMs);
  }

  /** Node would end the process at once, with everything that runs in it. */
  outlivePrimary(): void {
    if (cluster.worker === undefined || cluster.worker.exitedAfterDisconnect) return;
    cluster.worker.exitedAfterDisconnect = true;
    this.log?.warn({}, 'the primary has gone, draining');
    this.#told.resolve();
  }

  async #start({ place, config: wire }: Questions['start']['asked']): Promise<StartAnswer> {
    const config = fromWire(wire);
    this.log = createLog({ ...config.log, worker: place });
    try {
      const { log } = this;
      const time = { clock: systemClock, random: systemRandom };
      this.#door = await openDoor({ config, log, metrics: this.#metrics, ...time });
      return { ok: true, addresses: this.#door.addresses };
    } catch (error) {
      const exitCode = error instanceof StartupError ? error.exitCode : 1;
      return { ok: false, message: explainFailure(error).message, exitCode };
    }
  }

  #reload(wire: Questions['reload']['asked']): ReloadAnswer {
    const door = this.#open;
    try {
      return { ok: true, taken: door.reload(fromWire(wire)) };
    } catch (error) {
      this.log?.error({ err: error }, 'the configuration could not be taken');
      return { ok: false, message: explainFailure(error).message };
    }
  }

  get #open(): Door {
    if (this.#door === undefined) throw new TypeError('the door is not open');
    return this.#door;
  }
}
