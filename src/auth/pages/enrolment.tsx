/** The second half of signing up and of replacing an app: the first code. @module */
import type { ConfirmResult } from '../../accounts/contract.ts';
import { askToWait } from '../ask-to-wait.ts';
import { establishSession } from '../establish.ts';
import { renewFlow, stepFlow } from '../flow-session.ts';
import { readCode } from '../methods/totp/read-code.ts';
import { createOnce, type Once } from '../once.ts';
import { type Handler, type Room, redirect, sendPage, siteOf, type Visit } from '../room.ts';
import { RecoveryCodesPage } from '../views/recovery-codes.tsx';
import { showEnd, startUrl } from './enrolment-end.tsx';
import { type Enrolling, enrollingOn, type StartPage, showEnrolment } from './enrolment-start.tsx';

interface Confirmation {
  readonly flow: Enrolling;
  readonly result: ConfirmResult;
}

/** A second click may wait for the first one's password hashing, not longer. */
const TWICE_MS = 15_000;

/** @param page  which of the two halves' first pages this belongs to */
export function createEnrolment(
  room: Room,
  page: StartPage,
): { readonly confirm: Handler; readonly cancel: Handler } {
  const once = createOnce<Confirmation>({ keepMs: TWICE_MS, isKept: ({ result }) => result.ok });
  return {
    confirm: (visit) => confirm(room, visit, { page, once }),
    cancel: (visit) => cancel(room, visit, page),
  };
}

async function confirm(
  room: Room,
  visit: Visit,
  { page, once }: { readonly page: StartPage; readonly once: Once<Confirmation> },
): Promise<void> {
  const code = readCode(visit.form);
  const key = `${visit.req.sessionID} ${code}`;
  const flow = confirmableOn(room, visit, page);
  const answer = await (flow === undefined
    ? once.find(key)
    : once.run(key, async () => ({
        flow,
        result: await room.deps.accounts.confirm(flow.pending, code, visit.attempt),
      })));
  if (answer === undefined) return showEnd(room, visit, { reason: 'gone', origin: { page } });
  const { pending } = answer.flow;
  const { result } = answer;
  if (!result.ok) return showRefusal(room, visit, { flow: answer.flow, result });
  await establishSession(room, visit, result);
  const isNew = pending.kind === 'new';
  showCodes(room, visit, { isNew, name: pending.name, codes: result.recoveryCodes });
}

async function cancel(room: Room, visit: Visit, page: StartPage): Promise<void> {
  const origin = confirmableOn(room, visit, page)?.origin ?? { page };
  await renewFlow(visit.req, { kind: 'ended' });
  redirect(visit, page === 'signup' ? startUrl(room, origin) : room.paths.account);
}

function confirmableOn(room: Room, visit: Visit, page: StartPage): Enrolling | undefined {
  const flow = enrollingOn(room, visit, page);
  return flow && hasItsGround(flow, visit) ? flow : undefined;
}

/**
 * Who began by a session must still have it: a thief with a pending app would
 * otherwise outlive a new password and "sign out everywhere".
 */
function hasItsGround({ origin, pending }: Enrolling, { session }: Visit): boolean {
  const isBySession = origin.page === 'enrol' && origin.token === null;
  if (!isBySession) return true;
  return pending.kind === 'replace' && session?.identity.id === pending.principalId;
}

async function showRefusal(
  room: Room,
  visit: Visit,
  refused: { readonly flow: Enrolling; readonly result: Exclude<ConfirmResult, { ok: true }> },
): Promise<void> {
  const { flow, result } = refused;
  switch (result.reason) {
    case 'wrong-code': {
      const { pending } = result;
      await stepFlow(visit.req, { kind: 'code-refused', pending });
      const problem =
        'That code is not right. Wait for the next one, and check your phone’s clock.';
      return showEnrolment(room, visit, { flow: { ...flow, pending }, status: 422, problem });
    }
    case 'throttled': {
      const problem = askToWait(visit, result.retryAfterSec);
      return showEnrolment(room, visit, { flow, status: 429, problem });
    }
    case 'expired':
    case 'name-taken':
    case 'invite-spent':
    case 'confirmed-before':
      await renewFlow(visit.req, { kind: 'ended' });
      return showEnd(room, visit, { reason: result.reason, origin: flow.origin });
    default:
      return result satisfies never;
  }
}

function showCodes(
  room: Room,
  visit: Visit,
  shown: { readonly isNew: boolean; readonly name: string; readonly codes: readonly string[] },
): void {
  sendPage(room, visit, {
    title: 'Recovery codes',
    body: <RecoveryCodesPage {...shown} site={siteOf(room, visit)} continueUrl="/" />,
  });
}
