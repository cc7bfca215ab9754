/** Every gateway's printer by the name that the configuration gives it. @module */
import type { GatewayName } from '../config/config.ts';
import { caddySnippet } from './caddy.ts';
import { envoySnippet } from './envoy.ts';
import { haproxySnippet } from './haproxy.ts';
import { nginxSnippet } from './nginx.ts';
import type { Plan } from './plan.ts';
import { traefikSnippet } from './traefik.ts';

/** Closed: a new gateway is one file and one line here. */
export const SNIPPETS: Readonly<Record<GatewayName, (plan: Plan) => string>> = {
  nginx: nginxSnippet,
  traefik: traefikSnippet,
  caddy: caddySnippet,
  haproxy: haproxySnippet,
  envoy: envoySnippet,
};
