/** What the checks of gateways work with, and what they tell. @module */
import type { GatewayName } from '../../config/config.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import type { Sessions } from '../../session/contract.ts';
import type { Admit } from '../admission.ts';
import type { RequestContext, Route } from '../contract.ts';
import type { Exchange } from '../exchange.ts';
import type { VerdictDeps } from '../verdict.ts';
import type { ReplyDeps } from './reply.ts';

/** What the operator has said about the gateway in front. */
export interface ForwardAuth
  extends Pick<ReplyDeps, 'returnOrigins' | 'isNavigation' | 'stripOwnCookies'> {
  readonly gateway: GatewayName;
}

/** What the checks are built from. */
export interface CheckDeps extends VerdictDeps {
  readonly publicUrl: URL | undefined;
  readonly trustedProxies: readonly string[];
  readonly sessions: Sessions;
  readonly admit: Admit;
  /** Must not throw. */
  readonly note: (exchange: Exchange, facts: CheckFacts) => void;
}

/** What became of a question, for the log. */
export interface CheckFacts {
  /** `forward` where the gateway may let the request pass. */
  readonly outcome: 'forward' | ErrorCode;
  readonly context?: RequestContext;
  readonly route?: Route;
  readonly identity?: Identity;
  /** Why the gateway was not believed. */
  readonly reason?: string;
  readonly cause?: unknown;
}

/**
 * Answers one question.
 *
 * @param rest  what follows the path of the check in the target
 */
export type Check = (exchange: Exchange, rest: string) => void | Promise<void>;
