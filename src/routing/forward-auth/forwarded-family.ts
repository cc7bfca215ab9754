/** The family that Traefik, Caddy and HAProxy share. @module */
import { type Dialect, original } from './dialect.ts';

/** `X-Forwarded-Method`, `-Proto`, `-Host` and `-Uri`; our answer goes to the browser as it is. */
export const forwardedFamily: Dialect = {
  carriers: ['x-forwarded-method', 'x-forwarded-uri'],
  appendsTarget: false,
  answers: 'page',
  editsHeaders: true,
  resolvesLocation: false,
  read: ({ said, scheme }) =>
    original({
      method: said['x-forwarded-method'],
      target: said['x-forwarded-uri'],
      // Without it only routes for every host can be meant; `Host` is the door's own here.
      host: said['x-forwarded-host'],
      scheme,
    }),
};
