/** What every page handler works with: the room, and one visit to it. @module */
import type { Request, Response } from 'express';
import type { VNode } from 'preact';
import type { Attempt } from '../accounts/contract.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Session } from '../session/contract.ts';
import { type Assets, createAssets } from './assets.ts';
import type { AuthDeps, RequestContextLike } from './contract.ts';
import { createCsrf } from './csrf.ts';
import type { Form } from './form.ts';
import { methodsFor } from './methods/index.ts';
import type { SignInMethod } from './methods/method.ts';
import { createPaths, type Paths } from './paths.ts';
import { type AppFiles, renderDocument } from './views/document.tsx';

/** What all pages share. */
export interface Room {
  readonly deps: AuthDeps;
  readonly paths: Paths;
  readonly assets: Assets;
  readonly methods: readonly SignInMethod[];
  /** The synchroniser token for a form shown to this visitor. */
  csrfToken(visit: Visit): string;
  csrfMatches(visit: Visit, given: string | undefined): boolean;
}

/** One request for a page, with what is known about who makes it. */
export interface Visit {
  readonly req: Request;
  readonly res: Response;
  readonly context: RequestContextLike;
  /** Who is asking, for budgets and audit. */
  readonly attempt: Attempt;
  readonly query: URLSearchParams;
  /** Empty unless the request is a POST. */
  readonly form: Form;
  readonly session: Session | undefined;
}

/** Answers one visit; throws only when something is broken. */
export type Handler = (visit: Visit) => Promise<void> | void;

/** Builds what all pages share, once. */
export function createRoom(deps: AuthDeps): Room {
  const paths = createPaths(deps.prefix);
  const csrf = createCsrf(deps.keys);
  return {
    deps,
    paths,
    assets: createAssets(paths),
    methods: methodsFor(deps.policy.factors),
    csrfToken: ({ req }) => csrf.token(req.sessionID),
    csrfMatches: ({ req }, given) => csrf.matches(req.sessionID, given),
  };
}

/** What becomes a whole answer. */
export interface Page {
  readonly status?: number;
  readonly title: string;
  readonly body: VNode;
  /** For a page that is an app of its own. */
  readonly app?: AppFiles;
}

/** Writes a page; express leaves the body out for HEAD. */
export function sendPage(room: Room, visit: Pick<Visit, 'res' | 'context'>, page: Page): void {
  const { stylesheetUrl, iconUrl } = room.assets;
  const { title, app } = page;
  const frame = { title, stylesheetUrl, iconUrl, site: siteOf(room, visit), app };
  visit.res
    .status(page.status ?? 200)
    .type('html')
    .send(renderDocument(frame, page.body));
}

/** The name in the address bar; behind another proxy only `public_url` knows it. */
export const siteOf = (room: Room, { context }: Pick<Visit, 'context'>): string =>
  room.deps.publicUrl?.host ?? context.host;

/** @param location  ASCII path of this site, checked by the caller */
export function redirect({ res }: Visit, location: string): void {
  res.status(303).setHeader('Location', location);
  res.end();
}

/** Seconds that a visitor is asked to wait while we cannot serve. */
export const RETRY_AFTER_SEC = 5;

/** An expected refusal on the way to a handler. */
export interface Refusal {
  readonly code: ErrorCode;
  /** For `E_METHOD_REFUSED`: what the address takes. */
  readonly allow?: string;
}
