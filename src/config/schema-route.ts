/** Schema of one route and of the upstream behind it. @module */
import * as z from 'zod';
import { GROUP_NAME } from '../core/group-name.ts';
import { parseHostAndPort } from '../core/host-name.ts';
import { parseHttpOrigin } from '../core/http-origin.ts';
import { accepted, type Parsed, refused } from '../core/parsed.ts';
import { parseUpstreamUrl } from '../core/upstream-url.ts';
import {
  choice,
  duration,
  flag,
  list,
  orUnlimited,
  parsedText,
  section,
  size,
  text,
} from './scalars.ts';
import { realmName } from './schema-realms.ts';
import { tlsKeys } from './schema-tls.ts';

const upstreamUrl = () => parsedText('an upstream such as http://127.0.0.1:8888', parseUpstreamUrl);

/** An upstream with what a TLS connection to it needs. */
const upstreamSection = section({
  url: upstreamUrl().describe(
    'Address: http://host:port, https://host:port or unix:/path/to/socket.',
  ),
  ...tlsKeys('upstream'),
});

/** An upstream: its URL alone, or a section with `url` and TLS settings. */
export const upstreamSchema = z.union(
  [upstreamUrl().transform((url): z.output<typeof upstreamSection> => ({ url })), upstreamSection],
  { error: 'an upstream such as http://127.0.0.1:8888, or a section with url, ca_file …' },
);

const ACCESS = 'public, signed-in, deny, or groups: [name, …], realms: [name, …]';
const groupName = () => text('a group name of letters, digits and . _ @ : + -', GROUP_NAME);

const accessSchema = z.union(
  [
    choice(['public', 'signed-in', 'deny']).transform((kind) => ({ kind })),
    section({
      groups: list(groupName(), 'a list of groups, such as [staff, admin]')
        .optional()
        .describe('Groups whose members may pass; one of them is enough.'),
      realms: list(realmName(), 'a list of realms, such as [monitoring]')
        .optional()
        .describe('Realms whose services may pass with a code or a bearer.'),
    }).transform(({ groups = [], realms }) => ({
      kind: 'groups' as const,
      groups,
      ...(realms && { realms }),
    })),
  ],
  { error: ACCESS },
);

/** Bounds of one forwarded request; no timer of Node's may be longer than 24 days. */
const timeoutsSchema = section({
  connect: duration({ min: '1ms', max: '1h' })
    .prefault('5s')
    .describe('Until a connection to the upstream stands, TLS included.'),
  first_byte: duration({ min: '1ms', max: '20d' })
    .prefault('60s')
    .describe("From the end of the request to the upstream's first byte."),
  idle: orUnlimited(duration({ min: '1s', max: '20d' }), 'a duration such as 5m', 0)
    .prefault('5m')
    .describe('Longest silence within a body or on a WebSocket, or unlimited.'),
});

/** One entry of `routes`. */
export const routeSchema = section({
  name: text('a label without spaces', /^[^\s\p{Cc}]{1,128}$/u)
    .optional()
    .describe('Label in logs, metrics and lists of tools; host and path by default.'),
  host: parsedText('a host name such as app.example.com', parseHostAndPort)
    .optional()
    .describe('Host that the route is for; every host by default.'),
  path: parsedText('a path such as /app', parsePathPrefix)
    .prefault('/')
    .describe('Path prefix: /app matches /app and /app/x, never /apple.'),
  methods: list(parsedText('a method such as GET', parseMethod), 'a list such as [GET, HEAD]')
    .optional()
    .describe('Request methods that the route is for; every method by default.'),
  access: accessSchema.prefault('signed-in').describe(`Who may pass: ${ACCESS}.`),
  upstream: upstreamSchema
    .optional()
    .describe('Where the requests go; not needed with deny, nor with forward_auth.'),
  preserve_host: flag()
    .default(true)
    .describe('Show the upstream the host that was asked for; false shows it its own.'),
  allow_encoded_slash: flag()
    .default(false)
    .describe('Let %2F and %5C through where no other route could be meant.'),
  origins: list(parsedText('an origin', parseHttpOrigin), 'a list of origins')
    .prefault([])
    .describe('Further sites that may open WebSockets here, such as https://app.example.com.'),
  timeouts: timeoutsSchema.prefault({}).describe('How long the upstream may take.'),
  max_body: orUnlimited(size({ min: '1B', max: '8000TB' }), 'a size such as 100MB', undefined)
    .prefault('unlimited')
    .describe('Largest request body, or unlimited.'),
});

/** A route as written, its scalars parsed. */
export type RouteSettings = z.output<typeof routeSchema>;
/** An upstream as written, its scalars parsed and its files unread. */
export type UpstreamSettings = z.output<typeof upstreamSchema>;

/**
 * Reads a path prefix. Only one spelling of each path is accepted, because a
 * rule whose path can be read in two ways can be walked around in one of them.
 */
function parsePathPrefix(path: string): Parsed<string> {
  const remedy = 'write a path such as /app';
  if (path.includes('://')) return refused('is a URL', 'write host and path as two keys');
  if (!path.startsWith('/')) return refused('does not start with a slash', remedy, `/${path}`);
  if (/[?#]/.test(path)) return refused('has a query or a fragment', 'routes match the path alone');
  if (path.includes('*')) {
    return refused('holds a wildcard', 'write a prefix: /app matches everything below /app');
  }
  if (!/^[A-Za-z0-9._~!$&'()+,=:@/-]+$/.test(path)) {
    return refused(
      'holds a character that can be written in more than one way',
      "use letters, digits and - . _ ~ ! $ & ' ( ) + , = : @",
    );
  }
  if (path.split('/').some((part) => part === '.' || part === '..')) {
    return refused('has a . or .. segment', 'write the path that is meant');
  }
  if (path.includes('//'))
    return refused('has an empty segment', remedy, path.replace(/\/+/g, '/'));
  if (path !== '/' && path.endsWith('/')) {
    return refused('ends in a slash', 'leave it out: /app matches /app/ too', path.slice(0, -1));
  }
  return accepted(path);
}

function parseMethod(method: string): Parsed<string> {
  const upper = method.toUpperCase();
  // RFC 9110 §9.1, §5.6.2: a method is a token.
  if (!/^[A-Z0-9!#$%&'*+.^_`|~-]+$/.test(upper)) {
    return refused('is not a request method', 'write a method such as GET or POST');
  }
  if (upper === 'CONNECT' || upper === 'TRACE') {
    return refused('is never forwarded', 'remove it');
  }
  return accepted(upper);
}
