/** How a request ends that does not pass: told, then answered. @module */
import { DoorError } from '../core/errors.ts';
import type { Failure } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { type GateReport, partiesOf, type ReportDeps, tell } from './report.ts';

/** Ends an exchange with a failure; `about` is what else is told of it. */
export type Refuse = (
  exchange: Exchange,
  failure: Failure,
  about?: Pick<GateReport, 'route' | 'cause'>,
) => void;

/** Builds the one way in which requests are refused. */
export function createRefuse(deps: ReportDeps): Refuse {
  return (exchange, failure, about) => {
    const { code, context } = failure;
    tell(deps, { outcome: code, ...(context && { context }), ...about, ...partiesOf(exchange) });
    exchange.fail(failure);
  };
}

/** Something broke: nobody passes, and if even that cannot be said the connection ends. */
export function failClosed(refuse: Refuse, exchange: Exchange, cause: unknown): void {
  const code = cause instanceof DoorError ? cause.code : 'E_INTERNAL';
  try {
    refuse(exchange, { code }, { cause });
  } catch {
    exchange.destroy();
  }
}
