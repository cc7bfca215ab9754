/** How each gateway asks about a request, as one table. @module */
import type { GatewayName } from '../../../src/config/config.ts';

/** A request of a client, as a gateway is to tell the door about it. */
export interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly target?: string;
}

/** What a gateway writes on the wire: the request line, and its own header lines. */
export interface QuestionText {
  readonly line: string;
  readonly lines: readonly string[];
}

const forwarded = ({ method = 'GET', host = 'app.example.com', target = '/' }: Asked) => ({
  line: 'GET /_auth/check',
  lines: [
    `X-Forwarded-Method: ${method}`,
    'X-Forwarded-Proto: http',
    `X-Forwarded-Host: ${host}`,
    `X-Forwarded-Uri: ${target}`,
    'X-Forwarded-For: 203.0.113.9',
  ],
});

/** The questions, header for header as the gateways' documentation and our snippets have them. */
export const ASK: Readonly<Record<GatewayName, (asked: Asked) => QuestionText>> = {
  nginx: ({ method = 'GET', host = 'app.example.com', target = '/' }) => ({
    line: 'GET /_auth/check',
    lines: [
      `X-Original-URI: ${target}`,
      `X-Original-Method: ${method}`,
      `X-Forwarded-Host: ${host}`,
      'X-Forwarded-Proto: http',
      'X-Forwarded-For: 203.0.113.9',
    ],
  }),
  traefik: forwarded,
  caddy: forwarded,
  haproxy: forwarded,
  envoy: ({ method = 'GET', host = 'app.example.com', target = '/' }) => ({
    line: `${method} /_auth/check${target}`,
    lines: [`Host: ${host}`, 'X-Forwarded-Proto: http', 'Content-Length: 0'],
  }),
};

export const GATEWAYS = Object.keys(ASK) as GatewayName[];
