/** The flow of one browser: its cookie, its state and the changes of its id. @module */
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import { deriveKey } from '../core/key-set.ts';
import { randomToken } from '../core/ports.ts';
import { cookieNameFor } from '../session/cookie.ts';
import type { AuthDeps } from './contract.ts';
import { advance, type Flow, type FlowEvent, flowAt, IDLE } from './flow.ts';
import { createFlowSeal } from './flow-seal.ts';
import { FlowStore } from './flow-store.ts';

type FlowDeps = Pick<AuthDeps, 'flows' | 'keys' | 'clock' | 'random' | 'isSecure' | 'cookieName'>;

/** Never shared by hosts: a sibling could plant a flow of its own. */
export const flowCookieName = (cookieName: string, secure: boolean): string =>
  cookieNameFor({ cookieName, secure, cookieDomain: undefined }, '-flow');

/**
 * Middleware that gives each request its flow. The cookie is signed, and it ends
 * with the browser; nothing is stored until something has begun.
 */
export function createFlowSession(deps: FlowDeps): RequestHandler {
  let ring = deps.keys.keys;
  let handler = sessionUnder(deps);
  return (req, res, next) => {
    // The library keeps its secrets: a form that another process has shown, after a rotation that
    // this one has followed, would be refused here.
    if (deps.keys.keys !== ring) {
      ring = deps.keys.keys;
      handler = sessionUnder(deps);
    }
    return handler(req, res, next);
  };
}

function sessionUnder(deps: FlowDeps): RequestHandler {
  const { flows, keys, clock, random, isSecure, cookieName } = deps;
  const cookie = { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' } as const;
  const seal = createFlowSeal(keys, random);
  return session({
    name: flowCookieName(cookieName, isSecure),
    secret: signingSecrets(deps),
    genid: () => randomToken(random, 32),
    store: new FlowStore({ flows, seal, cookie, nowMs: () => clock.nowMs() }),
    cookie,
    resave: false,
    saveUninitialized: true,
  });
}

/** The current key signs, every listed key is accepted. */
function signingSecrets({ keys }: FlowDeps): string[] {
  const secretOf = (root: Uint8Array) =>
    Buffer.from(deriveKey(root, 'auth/flow-cookie')).toString('base64url');
  const others = [...keys.keys].filter(([id]) => id !== keys.currentId);
  const current = keys.keys.get(keys.currentId);
  if (current === undefined) throw new TypeError('the current key is not in the key set');
  return [secretOf(current), ...others.map(([, root]) => secretOf(root))];
}

/** What this browser is in the middle of. */
export const flowOf = (req: Request, nowMs: number): Flow =>
  flowAt(req.session.flow ?? IDLE, nowMs);

/** Takes an event under the same flow id: only for steps that raise nobody's rights. */
export async function stepFlow(req: Request, event: FlowEvent): Promise<void> {
  put(req, advance(req.session.flow ?? IDLE, event));
  await save(req);
}

/**
 * Takes an event under a new flow id and forgets the old one. Whoever knew or
 * planted the id before has no part in what begins now.
 */
export async function renewFlow(req: Request, event: FlowEvent): Promise<void> {
  const next = advance(req.session.flow ?? IDLE, event);
  await new Promise<void>((resolve, reject) =>
    req.session.regenerate((error: unknown) => (error ? reject(error) : resolve())),
  );
  put(req, next);
  await save(req);
}

function put(req: Request, flow: Flow): void {
  if (flow.kind === 'idle') delete req.session.flow;
  else req.session.flow = flow;
}

/** Saved before the answer is written: a page must not promise what the store refused. */
const save = (req: Request) =>
  new Promise<void>((resolve, reject) =>
    req.session.save((error: unknown) => (error ? reject(error) : resolve())),
  );
