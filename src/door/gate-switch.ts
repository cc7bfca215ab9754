/** One set of listeners for the server, whichever gate is behind them. @module */
import type { Gate } from '../routing/contract.ts';

/** Listeners that stay, and how to lead them elsewhere. */
export interface GateSwitch {
  readonly gate: Gate;
  /** For every event from here on; what another gate has begun it finishes. */
  turnTo(next: Gate): void;
}

/** Builds the listeners. */
export function createGateSwitch(first: Gate): GateSwitch {
  let current = first;
  return {
    gate: {
      request: (req, res) => current.request(req, res),
      checkContinue: (req, res) => current.checkContinue(req, res),
      checkExpectation: (req, res) => current.checkExpectation(req, res),
      upgrade: (req, socket, head) => current.upgrade(req, socket, head),
      connect: (req, socket) => current.connect(req, socket),
      clientError: (error, socket) => current.clientError(error, socket),
    },
    turnTo(next) {
      current = next;
    },
  };
}
