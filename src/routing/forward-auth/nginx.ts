/** nginx, `auth_request`: the operator's own header lines carry everything. @module */
import { type Dialect, disbelieve, type Original, original, type Question } from './dialect.ts';

/**
 * `X-Original-URI` (path and query) with `X-Forwarded-Host`, or `X-Original-URL`
 * (the whole address), and `X-Original-Method`. nginx turns every answer but 2xx,
 * 401 and 403 into a 500, and shows none of ours to the browser.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_auth_request_module.html
 */
export const nginx: Dialect = {
  carriers: ['x-original-uri', 'x-original-url', 'x-original-method'],
  appendsTarget: false,
  answers: 'status',
  editsHeaders: true,
  read: ({ said, scheme, assumedMethod }) => {
    const method = said['x-original-method'] ?? assumedMethod;
    const url = said['x-original-url'];
    const target = said['x-original-uri'];
    if (url !== undefined) return readUrl(url, target, method);
    return original({ method, target, scheme, host: said['x-forwarded-host'] });
  },
};

function readUrl(url: string, target: string | undefined, method: string | undefined): Original {
  const [, scheme, host, rest] = /^(https?):\/\/([^/?#]+)(\/.*)$/.exec(url) ?? [];
  if (scheme === undefined) return disbelieve('x-original-url is no whole address');
  if (target !== undefined && target !== rest) {
    return disbelieve('x-original-uri and x-original-url name two addresses');
  }
  return original({ method, target: rest, host, scheme: scheme as Question['scheme'] });
}
