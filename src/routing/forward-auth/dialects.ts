/** Every dialect by the name that the configuration gives it. @module */
import type { GatewayName } from '../../config/config.ts';
import { caddy } from './caddy.ts';
import type { Dialect } from './dialect.ts';
import { envoy } from './envoy.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { traefik } from './traefik.ts';

/** Closed: a new gateway is one file and one line here. */
export const DIALECTS: Readonly<Record<GatewayName, Dialect>> = {
  nginx,
  traefik,
  caddy,
  haproxy,
  envoy,
};
