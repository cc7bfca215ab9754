/** HAProxy, which has no check of its own: the printed Lua script asks (ADR 17). @module */
import type { Dialect } from './dialect.ts';
import { forwardedFamily } from './forwarded-family.ts';

/** The script sends the forwarded family and what tells navigations from programs. */
export const haproxy: Dialect = forwardedFamily;
