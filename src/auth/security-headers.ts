/** The headers of every answer that Sallyport writes itself. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * Sets the security headers of our own pages; an upstream's headers are its own.
 *
 * No script, style or image of another origin, nothing inline, no framing; forms
 * lead to this site and to those that share its sign-in.
 * `Referrer-Policy` is `same-origin`, as `no-referrer` would make browsers send
 * `Origin: null` with our own forms. HSTS only where people come by https.
 */
export function createSecurityHeaders(deps: {
  readonly isSecure: boolean;
  readonly returnOrigins?: ReadonlySet<string>;
}): (req: IncomingMessage, res: ServerResponse) => void {
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        // Browsers hold the redirect after a form to this rule, too.
        'form-action': ["'self'", ...(deps.returnOrigins ?? [])],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: deps.isSecure ? { includeSubDomains: false } : false,
    // Browsers ignore both on plain http, and say so on the console.
    crossOriginOpenerPolicy: deps.isSecure,
    originAgentCluster: deps.isSecure,
  });
  return (req, res) => {
    apply(req, res, () => {});
    res.setHeader('Cache-Control', 'no-store');
  };
}
