/** nginx, `auth_request`: the operator's own header lines carry everything. @module */
import { canonicalHost, type Scheme } from '../host.ts';
import { type Dialect, disbelieve, type Original, original } from './dialect.ts';

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
  resolvesLocation: false,
  read: ({ said, scheme, assumedMethod }) => {
    const method = said['x-original-method'] ?? assumedMethod;
    const url = said['x-original-url'];
    const target = said['x-original-uri'];
    const host = said['x-forwarded-host'];
    if (url !== undefined) return readUrl(url, { method, target, host });
    return original({ method, target, scheme, host });
  },
};

interface Beside {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly host: string | undefined;
}

/** One of two addresses may be a client's own, which nginx passes on where nobody sets that header. */
function readUrl(url: string, { method, target, host: saidHost }: Beside): Original {
  const [, written, host = '', rest] = /^(https?):\/\/([^/?#]+)(\/.*)$/.exec(url) ?? [];
  if (written === undefined) return disbelieve('x-original-url is no whole address');
  if (target !== undefined && target !== rest) {
    return disbelieve('x-original-uri and x-original-url name two addresses');
  }
  const scheme = written as Scheme;
  if (saidHost !== undefined && canonicalHost(saidHost, scheme) !== canonicalHost(host, scheme)) {
    return disbelieve('x-forwarded-host and x-original-url name two hosts');
  }
  return original({ method, target: rest, host, scheme });
}
