/** The way of a request to its handler: origin, form, session, token. @module */
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { DoorError } from '../core/errors.ts';
import type { Session } from '../session/contract.ts';
import type { RequestContextLike } from './contract.ts';
import { CSRF_FIELD, isOwnOrigin } from './csrf.ts';
import { flowCookieName } from './flow-session.ts';
import { EMPTY_FORM, type Form } from './form.ts';
import { type FormLimits, readForm } from './form-body.ts';
import { refuse, refuseWithoutCookie } from './refuse.tsx';
import type { Handler, Room, Visit } from './room.ts';

const FORM_LIMITS: FormLimits = { maxBytes: 8192, drainBytes: 262_144, timeoutMs: 10_000 };

/** Finds what the gate knows about a request. */
export type ContextOf = (req: IncomingMessage) => RequestContextLike;

/** The steps around every page handler, for one room. */
export interface Steps {
  /** Before the flow is looked at: a foreign or malformed form costs no look into the store. */
  readonly acceptForm: RequestHandler;
  /** Turns a handler into express's shape, with the session opened and the token checked. */
  readonly show: (handler: Handler) => RequestHandler;
  readonly submit: (handler: Handler) => RequestHandler;
}

/** Builds the middleware that every page lies behind, in its order. */
export function createSteps(room: Room, contextOf: ContextOf): Steps {
  const forms = new WeakMap<IncomingMessage, Form>();
  const toVisit = async (req: Request, res: Response): Promise<Visit> => {
    const context = contextOf(req);
    return {
      req,
      res,
      context,
      attempt: { source: context.clientAddress, requestId: context.requestId },
      query: new URLSearchParams(req.url.split('?').slice(1).join('?')),
      form: forms.get(req) ?? EMPTY_FORM,
      session: await openSession(room, req, res),
    };
  };
  return {
    async acceptForm(req: Request, res: Response, next: NextFunction) {
      const context = contextOf(req);
      const visit = { req, res, context };
      if (!isOwnOrigin(originOf(req), { ...context, publicUrl: room.deps.publicUrl })) {
        return refuse(room, visit, { code: 'E_ORIGIN_FOREIGN' });
      }
      const result = await readForm(req, FORM_LIMITS);
      if (!result.ok) return refuse(room, visit, { code: result.code });
      forms.set(req, result.form);
      next();
    },
    show: (handler) => async (req, res) => handler(await toVisit(req, res)),
    submit: (handler) => async (req, res) => {
      const visit = await toVisit(req, res);
      if (!hasFlowCookie(room, req)) return refuseWithoutCookie(room, visit);
      if (!room.csrfMatches(visit, visit.form.get(CSRF_FIELD))) {
        return refuse(room, visit, { code: 'E_CSRF' });
      }
      await handler(visit);
    },
  };
}

const originOf = (req: IncomingMessage) => ({
  secFetchSite: req.headers['sec-fetch-site']?.toString(),
  origin: req.headers.origin,
});

function hasFlowCookie({ deps }: Room, req: IncomingMessage): boolean {
  const name = flowCookieName(deps.cookieName, deps.isSecure);
  const cookies = req.headers.cookie?.split(';') ?? [];
  return cookies.some((cookie) => cookie.trim().startsWith(`${name}=`));
}

/** The live session; a dead cookie is cleared on the way, and renewal is the gate's habit too. */
async function openSession(room: Room, req: Request, res: Response): Promise<Session | undefined> {
  const { sessions } = room.deps;
  const state = await sessions.open(req.rawHeaders);
  switch (state.kind) {
    case 'none':
      return undefined;
    case 'stale':
      res.append('Set-Cookie', [...sessions.clearCookies]);
      return undefined;
    case 'unknown':
      throw new DoorError('E_STORE_DOWN', 'the revocation feed has been silent for too long');
    case 'live': {
      const renewed = await sessions.renew(state.session);
      if (renewed !== undefined) res.append('Set-Cookie', renewed);
      return state.session;
    }
    default:
      return state satisfies never;
  }
}

/** Replaces whatever this answer was about to do to the session cookie. */
export function setSessionCookies(visit: Visit, cookies: readonly string[]): void {
  visit.res.setHeader('Set-Cookie', [...cookies]);
}
