/** The headers of every answer that Sallyport writes itself. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** A file of ours, a request to ourselves, and what makes the page installable. */
const SCRIPTED = {
  'script-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  // Its form is the script's: a browser that sent it would put the bearer into a request.
  'form-action': ["'none'"],
};

/**
 * Sets the security headers of our own pages; an upstream's headers are its own.
 *
 * No script, style or image of another origin, nothing inline, no framing.
 * `Referrer-Policy` is `same-origin`, as `no-referrer` would make browsers send
 * `Origin: null` with our own forms. HSTS only where people come by https.
 */
export function createSecurityHeaders(deps: {
  readonly isSecure: boolean;
  /** For the one page whose own script asks the API. */
  readonly isScripted?: boolean;
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
        ...(deps.isScripted === true && SCRIPTED),
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
