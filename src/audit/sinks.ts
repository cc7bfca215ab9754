/** Where audit events go. @module */
import type { Log } from '../core/log.ts';
import type { AuditEvent, AuditSink } from './events.ts';

/**
 * Writes each event as one line: the event as fields, and a sentence as the message.
 *
 * fail2ban finds what to count by the message, which ends with the address and holds
 * nothing that a client chose:
 *
 * ```
 * JSON lines:  "msg":"(?:sign-in|sign-up|enrolment|service|bearer) (?:refused|throttled) from <HOST>"\}$
 * pretty:      (?:sign-in|sign-up|enrolment|service|bearer) (?:refused|throttled) from <HOST>(?:\s|$)
 * ```
 *
 * A quotation mark inside a JSON string is escaped, so that no request can forge
 * `"msg":"`; use JSON lines where fail2ban reads.
 */
export function createLogSink(log: Log): AuditSink {
  return (event) => {
    try {
      const level = isWorrying(event) ? 'warn' : 'info';
      const { type, ...fields } = event;
      log[level]({ event: type, ...fields }, sentenceFor(event));
    } catch {
      // A full disk under the log must not keep anybody out.
    }
  };
}

/** The line's message; the source comes last, for the sake of regular expressions. */
function sentenceFor(event: AuditEvent): string {
  const from = `from ${event.source}`;
  switch (event.type) {
    case 'sign-in':
      return `sign-in ${verb(event.outcome)} ${from}`;
    case 'sign-up':
      return `sign-up ${verb(event.outcome)} ${from}`;
    case 'enrol':
      return `enrolment ${verb(event.outcome)} ${from}`;
    case 'service-verify':
      // Not to be counted: the address is that of a service that passes others' codes on.
      if (event.voucher !== undefined) return `vouching ${verb(event.outcome)} ${from}`;
      return `service ${verb(event.outcome)} ${from}`;
    case 'code-check':
      // Not to be counted either: the address is that of the program that asks.
      return `code check ${verb(event.outcome)} ${from}`;
    case 'bearer':
      return `bearer ${verb(event.outcome)} ${from}`;
    case 'sign-out':
      return `sign-out ${from}`;
    case 'signed-out-everywhere':
      return `signed out everywhere ${from}`;
    default:
      // The rest are sentences already: `user-added`, `invite-created`.
      return `${event.type.replaceAll('-', ' ')} ${from}`;
  }
}

type Outcome = Extract<AuditEvent, { outcome: string }>['outcome'];

/** One word for what fail2ban counts; the outcome's own name is among the fields. */
function verb(outcome: Outcome): string {
  switch (outcome) {
    case 'success':
      return 'succeeded';
    case 'throttled':
      return 'throttled';
    case 'refused':
    case 'wrong-code':
    case 'name-taken':
    case 'invite-spent':
      return 'refused';
    default:
      return outcome satisfies never;
  }
}

const isWorrying = (event: AuditEvent) => 'outcome' in event && event.outcome !== 'success';
