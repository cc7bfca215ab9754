/** The machine API: finds the endpoint of a request, and who calls it. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DoorError } from '../core/errors.ts';
import {
  type Answer,
  missing,
  refusal,
  send,
  unauthenticated,
  unrecognised,
  wrongMethod,
} from './answer.ts';
import { discardRest } from './body.ts';
import { presentedBy } from './caller.ts';
import { codeCheckEndpoint } from './code-check.ts';
import type { Api, ApiContext, ApiDeps } from './contract.ts';
import type { Endpoint, Visit } from './endpoint.ts';
import { createOldCheck } from './old-check.ts';
import { serviceEndpoints } from './services.ts';
import { meEndpoint, sessionEndpoint } from './who.ts';

/** Every endpoint below the root; the OpenAPI document has the same ones. */
export const endpointsOf = (deps: ApiDeps): readonly Endpoint[] => [
  meEndpoint(),
  sessionEndpoint(deps),
  codeCheckEndpoint(deps),
  ...serviceEndpoints(deps),
];

/**
 * Builds the API. Cookies count for nothing here, so that no other site's form or script
 * can speak for a person.
 */
export function createApi(deps: ApiDeps): Api {
  const endpoints = endpointsOf(deps);
  const { codeCheck } = deps;
  const answerOld = codeCheck && createOldCheck({ ...deps, origins: codeCheck.origins });

  function answer(req: IncomingMessage, context: ApiContext): Promise<Answer> | Answer {
    const { path, target, requestId, clientAddress } = context;
    const attempt = { source: clientAddress, requestId };
    const query = new URLSearchParams(target.slice(path.length));
    if (path.startsWith(deps.root)) {
      const found = findEndpoint(endpoints, req.method ?? '', path.slice(deps.root.length));
      return 'status' in found
        ? found
        : answerAt(deps, found.endpoint, { req, attempt, query, id: found.id });
    }
    if (codeCheck === undefined || answerOld === undefined) return missing();
    return answerOld({ req, attempt, query, rest: path.slice(codeCheck.path.length) });
  }

  return async (req, res, context) => {
    try {
      await finish(req, res, await answer(req, context));
    } catch (cause) {
      // A client that left in the middle of its body is no failure of ours.
      if (req.readableAborted) return void res.destroy();
      deps.onFailure(cause, context);
      send(res, broken(cause));
    }
  };
}

/** What follows a body that has not been read to its end could be anything. */
async function finish(req: IncomingMessage, res: ServerResponse, answer: Answer): Promise<void> {
  if (!req.complete) await discardRest(req);
  if (!req.complete) res.shouldKeepAlive = false;
  send(res, answer);
}

type Found = { readonly endpoint: Endpoint; readonly id: string } | Answer;

/** Byte for byte, case included: what is another address to one reader is none to us. */
function findEndpoint(endpoints: readonly Endpoint[], method: string, path: string): Found {
  const here = endpoints.flatMap((endpoint) => {
    const id = idIn(endpoint.path, path);
    return id === undefined ? [] : [{ endpoint, id }];
  });
  // `/services/verify` is an address of its own, and no service's.
  const exact = here.filter(({ endpoint }) => endpoint.path === path);
  const there = exact.length > 0 ? exact : here;
  const found = there.find(({ endpoint }) => endpoint.method === method);
  if (found !== undefined) return found;
  return there.length === 0 ? missing() : wrongMethod(there.map(({ endpoint }) => endpoint.method));
}

/** What stands for `{id}`: '' where the pattern has none, undefined where it does not fit. */
function idIn(pattern: string, path: string): string | undefined {
  const [before = '', after] = pattern.split('{id}');
  if (after === undefined) return pattern === path ? '' : undefined;
  const id = path.slice(before.length, path.length - after.length);
  return path === `${before}${id}${after}` && /^[A-Za-z0-9_-]+$/.test(id) ? id : undefined;
}

async function answerAt(deps: ApiDeps, endpoint: Endpoint, visit: Visit): Promise<Answer> {
  if ('forAnybody' in endpoint) return endpoint.forAnybody(visit);
  const presented = presentedBy(visit.req);
  if (presented === undefined) return unauthenticated();
  const recognised = await deps.recognise(presented, visit.attempt);
  return recognised.ok ? endpoint.forCaller(visit, recognised.caller) : unrecognised(recognised);
}

function broken(cause: unknown): Answer {
  const code = cause instanceof DoorError ? cause.code : 'E_INTERNAL';
  const headers = code === 'E_STORE_DOWN' || code === 'E_BUSY' ? { 'Retry-After': '5' } : {};
  return refusal({ code, message: 'The door could not answer; its log says why.', headers });
}
