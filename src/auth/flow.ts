/** The one state machine behind sign-up, a new app and the moment after signing in. @module */
import type { PendingEnrolment } from '../accounts/contract.ts';

/** How long a browser may take to show its new session cookie before we wonder. */
const JUST_NOW_MS = 2 * 60_000;

/** How the person came to enrol, so that starting again leads to the same door. */
export type EnrolmentOrigin =
  | { readonly page: 'signup'; readonly invite: string | null }
  | { readonly page: 'enrol'; readonly token: string | null };

/** What a browser is in the middle of; JSON, sealed in the store. */
export type Flow =
  | { readonly kind: 'idle' }
  /** An app has been shown and awaits its first code. */
  | {
      readonly kind: 'enrolling';
      readonly pending: PendingEnrolment;
      readonly origin: EnrolmentOrigin;
    }
  /** A session cookie was sent and must come back. */
  | { readonly kind: 'signed-in-just-now'; readonly atMs: number };

/** What can happen to a flow. */
export type FlowEvent =
  | {
      readonly kind: 'enrolment-begun';
      readonly pending: PendingEnrolment;
      readonly origin: EnrolmentOrigin;
    }
  | { readonly kind: 'code-refused'; readonly pending: PendingEnrolment }
  | { readonly kind: 'signed-in'; readonly atMs: number }
  /** Expired, cancelled, refused for good, or signed out. */
  | { readonly kind: 'ended' };

/** The state of a browser that is in the middle of nothing. */
export const IDLE: Flow = { kind: 'idle' };

/** The state after an event; an event that does not fit the state changes nothing. */
export function advance(flow: Flow, event: FlowEvent): Flow {
  switch (event.kind) {
    case 'enrolment-begun':
      return { kind: 'enrolling', pending: event.pending, origin: event.origin };
    case 'code-refused':
      return flow.kind === 'enrolling' ? { ...flow, pending: event.pending } : flow;
    case 'signed-in':
      return { kind: 'signed-in-just-now', atMs: event.atMs };
    case 'ended':
      return IDLE;
    default:
      return event satisfies never;
  }
}

/** When a state means nothing any more, milliseconds since the epoch. */
export function flowEndsAtMs(flow: Flow): number {
  switch (flow.kind) {
    case 'idle':
      return 0;
    case 'enrolling':
      return flow.pending.expiresAtMs;
    case 'signed-in-just-now':
      return flow.atMs + JUST_NOW_MS;
    default:
      return flow satisfies never;
  }
}

/** The state as it counts now: one whose time is over is idle. */
export const flowAt = (flow: Flow, nowMs: number): Flow =>
  nowMs < flowEndsAtMs(flow) ? flow : IDLE;
