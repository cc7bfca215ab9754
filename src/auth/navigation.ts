/** Whether somebody looks at the answer, or a program reads it. @module */

/** What the rule looks at; header values as received, undefined where absent. */
export interface RequestSigns {
  readonly method: string | undefined;
  readonly accept: string | undefined;
  readonly secFetchMode: string | undefined;
  readonly secFetchDest: string | undefined;
}

/** Destinations that are a page of their own or a frame in one. */
const PAGES: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'embed', 'object']);

/**
 * Tells a top-level navigation, which can follow a redirect to the sign-in page
 * and show our own pages, from fetch, XHR, scripts, manifests, workers and tools,
 * which must get a status and JSON.
 *
 * Browsers say it themselves in `Sec-Fetch-*`; without those, asking for HTML
 * with GET or HEAD is what navigations do.
 *
 * @see W3C Fetch Metadata §2
 */
export function isNavigation(signs: RequestSigns): boolean {
  if (signs.method !== 'GET' && signs.method !== 'HEAD') return false;
  const { secFetchMode, secFetchDest } = signs;
  if (secFetchMode !== undefined && secFetchMode !== 'navigate') return false;
  if (secFetchDest !== undefined && !PAGES.has(secFetchDest)) return false;
  return acceptsHtml(signs.accept) || (signs.accept === undefined && secFetchMode === 'navigate');
}

function acceptsHtml(accept: string | undefined): boolean {
  const types = (accept ?? '').toLowerCase().split(',');
  return types.some((type) => /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/.test(type));
}
