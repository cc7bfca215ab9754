/** What serves requests: the configuration in force, and how another one takes its place. @module */
import { compareConfigs, keepUpstreams } from '../config/changes.ts';
import type { Config } from '../config/config.ts';
import type { Gate } from '../routing/contract.ts';
import { createApp } from './app.ts';
import type { App, AppDeps, Door } from './contract.ts';
import { createGateSwitch } from './gate-switch.ts';

/** One app after the other, behind one gate. */
export interface Serving extends Pick<App, 'start' | 'beginDrain' | 'close'>, Pick<Door, 'reload'> {
  /** The one for sockets; it stays when another app takes over. */
  readonly gate: Gate;
  /** The one in force. */
  readonly config: Config;
}

/** Builds the app of the first configuration. */
export function createServing(deps: AppDeps): Serving {
  let app = createApp(deps);
  let { config } = deps;
  const gates = createGateSwitch(app.gate);
  return {
    gate: gates.gate,
    get config() {
      return config;
    },
    start: () => app.start(),
    reload(next) {
      const { changes, needRestart } = compareConfigs(config, next);
      if (needRestart.length > 0) return { kind: 'needs-restart', keys: needRestart };
      if (changes.length === 0) return { kind: 'unchanged' };
      const kept = keepUpstreams(config, next);
      // Built before anything is switched: whatever throws here changes nothing.
      const successor = app.successor(kept);
      gates.turnTo(successor.gate);
      [app, config] = [successor, kept];
      app.takeOver();
      return { kind: 'taken', changes };
    },
    beginDrain: () => app.beginDrain(),
    close: () => app.close(),
  };
}
