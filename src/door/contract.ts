/** The words of a door: what it stands on, and what it can be asked. @module */
import type { Config } from '../config/config.ts';
import type { KeySet } from '../core/key-set.ts';
import type { ListenAddress } from '../core/listen-address.ts';
import type { Log } from '../core/log.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { DataDir } from '../data-dir/data-dir.ts';
import type { Gate } from '../routing/contract.ts';
import type { Store } from '../store/contract.ts';
import type { FlushableLog } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Health } from './health.ts';

/** What the whole house stands on. */
export interface AppDeps {
  readonly config: Config;
  readonly store: Store;
  readonly sealKeys: KeySet;
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly health: Health;
  /** The process's own, whatever the configuration; undefined where nobody counts. */
  readonly metrics?: Metrics | undefined;
}

/** A composed door, without sockets of its own. */
export interface App {
  readonly gate: Gate;
  /** Reads the revocation feed for the first time; no request may be served before. */
  start(): Promise<void>;
  /**
   * The door of another configuration, over the same sessions and connections. Nothing is
   * changed yet; what this one has begun it finishes.
   */
  successor(config: Config): App;
  /** To be called once the gate serves: ends long-lived exchanges that it would not let in. */
  takeOver(): void;
  /** `readyz` says from here on that the door is closing; long-lived exchanges end. */
  beginDrain(): void;
  /** Ends long-lived exchanges, upstream pools and timers; the store stays the caller's. */
  close(): Promise<void>;
}

/** What a door is opened with. */
export interface DoorOptions {
  readonly config: Config;
  readonly log: FlushableLog;
  readonly clock: Clock;
  readonly random: Random;
  /** The process's own; undefined where nobody counts. */
  readonly metrics?: Metrics | undefined;
}

/** What a door made of a valid configuration. */
export type ConfigTaken =
  | { readonly kind: 'taken'; readonly changes: readonly string[] }
  | { readonly kind: 'unchanged' }
  /** Keys that only a start can change; nothing was applied. */
  | { readonly kind: 'needs-restart'; readonly keys: readonly string[] };

/** An open door. */
export interface Door {
  /** The addresses that are really bound; port 0 has become a number. */
  readonly addresses: readonly ListenAddress[];
  readonly store: Store;
  readonly dataDir: DataDir;
  readonly health: Health;
  /** The one in force. */
  readonly config: Config;
  /**
   * Serves new requests under another configuration, or leaves everything as it is. Requests
   * that run finish as they were decided; WebSockets and event streams are decided anew.
   */
  reload(config: Config): ConfigTaken;
  /**
   * Takes no more connections, lets running requests finish for at most `graceMs`, then
   * cuts; closes everything that was opened.
   *
   * @returns whether everything finished by itself
   */
  drain(graceMs: number): Promise<boolean>;
}
