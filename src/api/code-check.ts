/** `POST /check`: is this code this person's. @module */
import type { IncomingMessage } from 'node:http';
import { checksCodes } from '../accounts/bearer-scopes.ts';
import type { CodeQuestion } from '../accounts/code-check.ts';
import { type Answer, forbidden, found, type Refusal, refusal, throttled } from './answer.ts';
import { codeOf, readFields, textOf } from './body.ts';
import type { ApiDeps } from './contract.ts';
import type { Endpoint } from './endpoint.ts';

/** Builds the endpoint; bearers alone have a scope for it. */
export function codeCheckEndpoint({ checkCode }: Pick<ApiDeps, 'checkCode'>): Endpoint {
  return {
    method: 'POST',
    path: '/check',
    async forCaller({ req, attempt }, caller) {
      if (caller.kind !== 'bearer' || !checksCodes(caller.bearer)) return forbidden(NO_SCOPE);
      const asked = await readAsked(req);
      if (!asked.ok) return refusal(asked.refusal);
      const { user, code } = asked;
      return answerTo(await checkCode({ bearer: caller.bearer, user, code }, attempt));
    },
  };
}

/** What a document asks about a code, or what to say to one that asks nothing. */
export type Asked =
  | ({ readonly ok: true } & Omit<CodeQuestion, 'bearer'>)
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads the document. */
export async function readAsked(req: IncomingMessage): Promise<Asked> {
  const body = await readFields(req);
  if (!body.ok) return body;
  const code = codeOf(body.fields, 'code');
  const user = textOf(body.fields, 'user');
  if (code === undefined) return unfit('code is missing.');
  if (user === undefined && body.fields.has('user')) return unfit('user is no text.');
  return { ok: true, user, code };
}

const unfit = (message: string): Asked => ({
  ok: false,
  refusal: { code: 'E_FORM_INVALID', message },
});

/** What a bearer without the right scope reads. */
export const NO_SCOPE = 'This bearer has no scope to check that code.';
/** What a bearer for several people reads that names none. */
export const NOBODY_NAMED = 'Name the person in user: this bearer is for no one person.';

function answerTo(answer: Awaited<ReturnType<ApiDeps['checkCode']>>): Answer {
  switch (answer.kind) {
    case 'checked':
      return found({ valid: answer.isValid });
    case 'throttled':
      return throttled(answer.retryAfterSec);
    case 'forbidden':
      return forbidden(NO_SCOPE);
    case 'nobody-named':
      return refusal({ code: 'E_FORM_INVALID', message: NOBODY_NAMED });
    default:
      return answer satisfies never;
  }
}
