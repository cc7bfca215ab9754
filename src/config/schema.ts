/** The schema of the configuration file: every key, its default, its one line. @module */
import * as z from 'zod';
import { parseCidr } from '../core/cidr.ts';
import { parseHttpOrigin } from '../core/http-origin.ts';
import { parseListenAddress } from '../core/listen-address.ts';
import { accepted, type Parsed, refused } from '../core/parsed.ts';
import { choice, duration, list, parsedText, section, size, text, whole } from './scalars.ts';
import { authSchema, sessionSchema } from './schema-auth.ts';
import { createCompatSchema } from './schema-compat.ts';
import { keysSchema } from './schema-keys.ts';
import { createRealmsSchema } from './schema-realms.ts';
import { routeSchema, upstreamSchema } from './schema-route.ts';
import { storeSchema } from './schema-store.ts';
import { fileName } from './schema-tls.ts';

const listenAddress = () => parsedText('an address such as 127.0.0.1:8080', parseListenAddress);

const listenSchema = z.union(
  [listenAddress().transform((address) => [address]), list(listenAddress(), 'a list of addresses')],
  { error: 'an address such as 127.0.0.1:8080, or a list of them' },
);

const logSchema = section({
  level: choice(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severity that is logged: debug, info, warn, error, silent.'),
  format: choice(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('Notation: json lines, pretty text, or auto: pretty on a terminal, json elsewhere.'),
  requests: choice(['all', 'refused', 'none'])
    .default('refused')
    .describe('Requests that get a line: all, refused (by the door), none.'),
});

/** On this machine alone; the number is Prometheus' convention for exporters. */
const ADMIN_LISTEN = '127.0.0.1:9180';

const adminSection = section({
  listen: listenAddress()
    .prefault(ADMIN_LISTEN)
    .describe('Address of metrics and health; whoever reaches it can read them.'),
});

const adminSchema = z.union([choice(['off']), adminSection], {
  error: 'off, or a section with listen',
});

const workersSchema = z.union([choice(['auto']), whole(1, 64)], {
  error: 'auto, or a whole number from 1 to 64',
});

/** The whole file. */
export const configSchema = section({
  listen: listenSchema
    .prefault('127.0.0.1:8080')
    .describe('Address to listen on, host:port, or a list of them.'),
  admin: adminSchema
    .optional()
    .describe('Metrics and health for programs of the operator, or off.'),
  public_url: parsedText('a URL such as https://tools.example.com', parsePublicUrl)
    .optional()
    .describe('Address that people type, such as https://tools.example.com; links use it.'),
  prefix: parsedText('a path such as /_auth', parsePrefix)
    .prefault('/_auth')
    .describe("Path of the door's own pages; nothing below it reaches an upstream."),
  workers: workersSchema
    .default(1)
    .describe('Processes that share the work: a number, or auto for one per processor.'),
  data_dir: text("a folder's path", /^[^\p{Cc}]+$/u)
    .prefault('./data')
    .describe('Folder of the database and the keys; relative to this file.'),
  store: storeSchema
    .optional()
    .describe('PostgreSQL, for several machines; without it a SQLite file in data_dir.'),
  store_file: fileName().describe('File that holds the URL of store.'),
  keys: keysSchema.prefault({}).describe('Root keys of cookies and of what the database holds.'),
  trusted_proxies: list(parsedText('a network such as 10.0.0.0/8', parseCidr), 'a list of networks')
    .prefault([])
    .describe('Networks of proxies in front whose X-Forwarded-… headers are believed.'),
  forward_auth: choice(['nginx', 'traefik', 'caddy', 'haproxy', 'envoy'])
    .optional()
    .describe('Web server in front that forwards by itself and asks the door about each request.'),
  upstream: upstreamSchema
    .optional()
    .describe('Short form of routes: everything goes here, for everyone who has signed in.'),
  routes: list(routeSchema, 'a list of routes')
    .optional()
    .describe('Routes, tried from first to last; the first that matches decides.'),
  auth: authSchema.prefault({}).describe('Signing up and signing in.'),
  session: sessionSchema.prefault({}).describe('How long a sign-in lasts.'),
  realms: createRealmsSchema(parsePrefix)
    .prefault({})
    .describe('Services that vouch for one another with codes.'),
  compat: createCompatSchema(parsePrefix)
    .prefault({})
    .describe('APIs of programs that the door replaces; each is off unless it stands here.'),
  log: logSchema.prefault({}).describe('What is written to standard output.'),
  max_header: size({ min: '4KB', max: '1MB' })
    .prefault('32KB')
    .describe('Largest head of a request, all header lines together.'),
  store_grace: duration({ min: '0s', max: '1h' })
    .prefault('5m')
    .describe('How long those signed in may go on while the database does not answer.'),
  drain: duration({ min: '0s', max: '1h' })
    .prefault('30s')
    .describe('How long a stop waits for running requests.'),
});

/** Where the admin listener is unless the file says otherwise. */
export const defaultAdmin = () => adminSection.parse({});

/** The file's content with every scalar parsed, before contradictions are looked for. */
export type Settings = z.output<typeof configSchema>;

function parsePublicUrl(url: string): Parsed<URL> {
  return parseHttpOrigin(url, {
    origin: 'write scheme, host and port, such as https://tools.example.com',
    userInfo: 'remove everything up to the @',
    path: "remove it: the door's pages are below prefix",
    scheme: 'https',
  });
}

function parsePrefix(prefix: string): Parsed<string> {
  if (!prefix.startsWith('/')) {
    return refused('does not start with a slash', 'write a path such as /_auth', `/${prefix}`);
  }
  if (prefix === '/') return refused('leaves no path to the upstream', 'write /_auth or /auth');
  if (prefix.endsWith('/')) {
    return refused('ends in a slash', 'leave it out', prefix.replace(/\/+$/, '') || '/_auth');
  }
  if (!/^[A-Za-z0-9._~/-]+$/.test(prefix)) {
    return refused('holds another character', 'use letters, digits and . _ ~ / -');
  }
  return /\/(?:\.{0,2})(?:\/|$)/.test(prefix)
    ? refused('has an empty, . or .. segment', 'write a path such as /_auth')
    : accepted(prefix);
}
