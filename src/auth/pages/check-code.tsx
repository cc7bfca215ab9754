/** The page that checks codes: static, for whoever holds a bearer. @module */
import type { RequestHandler } from 'express';
import { type Room, sendPage } from '../room.ts';
import { createSecurityHeaders } from '../security-headers.ts';
import { CheckCodePage } from '../views/check-code.tsx';
import type { ContextOf } from '../visit.ts';

/** Builds the page; it needs no session, and sets no cookie. */
export function createCheckCode(room: Room, contextOf: ContextOf): RequestHandler {
  const setHeaders = createSecurityHeaders({ ...room.deps, isScripted: true });
  const { checkCodeScriptUrl: scriptUrl, manifestUrl } = room.assets;
  return (req, res) => {
    setHeaders(req, res);
    const body = <CheckCodePage apiUrl={`${room.paths.prefix}/api/v1/check`} />;
    const page = { title: 'Check a code', body, app: { scriptUrl, manifestUrl } };
    sendPage(room, { res, context: contextOf(req) }, page);
  };
}
