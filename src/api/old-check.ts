/** The code check API as its older clients speak it: `GET /check/<key>`. @module */
import type { IncomingMessage } from 'node:http';
import type { CodeAnswer } from '../accounts/code-check.ts';
import type { Attempt } from '../accounts/contract.ts';
import { STATUS } from '../core/errors.ts';
import { type Answer, CHALLENGE, found } from './answer.ts';
import { presentedBy } from './caller.ts';
import { type Asked, NO_SCOPE, NOBODY_NAMED, readAsked } from './code-check.ts';
import type { ApiDeps } from './contract.ts';
import { corsHeaders, isPreflight, preflight } from './cors.ts';

/** One request under the path of the older API. */
export interface OldVisit {
  readonly req: IncomingMessage;
  readonly attempt: Attempt;
  readonly query: URLSearchParams;
  /** What follows the path: '', '/' or `/<key>`. */
  readonly rest: string;
}

type CodeCheckDeps = Pick<ApiDeps, 'recognise' | 'checkCode'> & {
  readonly origins: readonly string[];
};

/** Builds the adapter; its answers are those of the older API byte for byte where clients look. */
export function createOldCheck(deps: CodeCheckDeps): (visit: OldVisit) => Promise<Answer> {
  return async (visit) => {
    const cors = corsHeaders(visit.req, deps.origins);
    const answer = await answerTo(deps, visit);
    return { ...answer, headers: { ...answer.headers, ...cors } };
  };
}

async function answerTo(deps: CodeCheckDeps, visit: OldVisit): Promise<Answer> {
  const { req, rest } = visit;
  const isDocument = rest === '';
  if (!isDocument && !/^\/[^/]+$/.test(rest)) return failed(404, 'There is nothing here.');
  const method = isDocument ? 'POST' : 'GET';
  if (isPreflight(req)) return preflight(method);
  if (req.method !== method) {
    const allow = `${method}, OPTIONS`;
    return { ...failed(405, `Use ${method}.`), headers: { Allow: allow } };
  }
  const presented = presentedBy(req);
  if (presented?.scheme !== 'bearer') return UNKNOWN;
  const recognised = await deps.recognise(presented, visit.attempt);
  if (!recognised.ok) {
    return recognised.reason === 'throttled' ? tooMany(recognised.retryAfterSec) : UNKNOWN;
  }
  const { caller } = recognised;
  if (caller.kind !== 'bearer') return failed(403, NO_SCOPE);
  const asked = isDocument ? await readAsked(req) : readAddress(visit);
  if (!asked.ok) return failed(STATUS[asked.refusal.code], asked.refusal.message);
  const { user, code } = asked;
  return inOldWords(await deps.checkCode({ bearer: caller.bearer, user, code }, visit.attempt));
}

function readAddress({ rest, query }: OldVisit): Asked {
  return { ok: true, user: query.get('user') ?? undefined, code: decoded(rest.slice(1)) };
}

/** What cannot be decoded is no code. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function inOldWords(answer: CodeAnswer): Answer {
  switch (answer.kind) {
    case 'checked':
      return found({ status: answer.isValid });
    case 'throttled':
      return tooMany(answer.retryAfterSec);
    case 'forbidden':
      return failed(403, NO_SCOPE);
    case 'nobody-named':
      return failed(400, NOBODY_NAMED);
    default:
      return answer satisfies never;
  }
}

const failed = (status: number, error: string): Answer => ({ status, body: { error } });

const UNKNOWN: Answer = {
  ...failed(401, 'Send a bearer that is known: Authorization: Bearer …'),
  headers: CHALLENGE,
};

const tooMany = (retryAfterSec: number): Answer => ({
  ...failed(429, `Too many wrong attempts: try again in ${retryAfterSec} seconds.`),
  headers: { 'Retry-After': String(retryAfterSec) },
});
