/** One address and method of the API, and what answers there. @module */
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../accounts/callers.ts';
import type { Attempt } from '../accounts/contract.ts';
import type { Answer } from './answer.ts';

/** One request, as far as it has been understood. */
export interface Visit {
  readonly req: IncomingMessage;
  readonly attempt: Attempt;
  readonly query: URLSearchParams;
  /** What stood for `{id}`; '' where the path has none. */
  readonly id: string;
}

/** Answers one request; throws only when something is broken. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the root, as the OpenAPI document has it: `/services/{id}`. */
  readonly path: string;
} & (
  | { readonly forCaller: (visit: Visit, caller: Caller) => Promise<Answer> | Answer }
  /** Looks at credentials itself. */
  | { readonly forAnybody: (visit: Visit) => Promise<Answer> | Answer }
);
