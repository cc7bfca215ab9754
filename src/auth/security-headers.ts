/** The headers of every answer that Sallyport writes itself. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * Sets the security headers of our own pages; an upstream's headers are its own.
 *
 * No script, style or image of another origin, nothing inline, no framing.
 * `Referrer-Policy` is `same-origin`, as `no-referrer` would make browsers send
 * `Origin: null` with our own forms. HSTS only where people come by https.
 */
export function createSecurityHeaders(deps: {
  readonly isSecure: boolean;
}): (req: IncomingMessage, res: ServerResponse) => void {
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        // Chromium holds every redirect after a form to this rule. A tool that sends whoever
        // has signed in on to another origin would look dead under 'self' alone.
        'form-action': ["'self'", 'https:', ...(deps.isSecure ? [] : ['http:'])],
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
