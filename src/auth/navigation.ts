/** Whether somebody looks at the answer, or a program reads it. @module */
import type { IncomingMessage } from 'node:http';

/** What the rule looks at. */
export type RequestSigns = Pick<IncomingMessage, 'method' | 'headers'>;

/** Destinations that are a page of their own or a frame in one. */
const PAGES: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'embed', 'object']);

/**
 * Tells a top-level navigation, which can follow a redirect to the sign-in page,
 * from fetch, XHR, scripts, manifests, workers and tools, which must get a status.
 */
export const isNavigation = (signs: RequestSigns): boolean =>
  (signs.method === 'GET' || signs.method === 'HEAD') && isSeen(signs);

/** Tells a form that a person has sent: its answer is a page, and no redirect carries its body. */
export const isPostedForm = (signs: RequestSigns): boolean =>
  signs.method === 'POST' && isSeen(signs);

/**
 * Whether the answer fills a window or a frame.
 *
 * Browsers say it themselves in `Sec-Fetch-*`; without those, asking for HTML
 * is what navigations do.
 *
 * @see W3C Fetch Metadata §2
 */
function isSeen({ headers }: RequestSigns): boolean {
  const { accept } = headers;
  const mode = headers['sec-fetch-mode']?.toString();
  const destination = headers['sec-fetch-dest']?.toString();
  if (mode !== undefined && mode !== 'navigate') return false;
  if (destination !== undefined && !PAGES.has(destination)) return false;
  return acceptsHtml(accept) || (accept === undefined && mode === 'navigate');
}

function acceptsHtml(accept: string | undefined): boolean {
  const types = (accept ?? '').toLowerCase().split(',');
  return types.some((type) => /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/.test(type));
}
