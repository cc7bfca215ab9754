/** Upstreams whose settings do not belong together, or that are the door itself. @module */
import { isLoopback } from './loopback.ts';
import type { Finding, Path } from './problem.ts';
import type { Settings } from './schema.ts';
import type { UpstreamSettings } from './schema-route.ts';
import { bothTwins, halfCertificate } from './tls-contradictions.ts';

/** Every upstream of the settings, with its path. */
function upstreamsOf(settings: Settings): readonly (readonly [Path, UpstreamSettings])[] {
  const candidates: (readonly [Path, UpstreamSettings | undefined])[] = [
    [['upstream'], settings.upstream],
    ...(settings.routes ?? []).map(
      ({ upstream }, i) => [['routes', i, 'upstream'], upstream] as const,
    ),
  ];
  return candidates.flatMap(([path, upstream]) =>
    upstream === undefined ? [] : [[path, upstream]],
  );
}

/** Every contradiction within an upstream. */
export function upstreamContradictions(settings: Settings): readonly Finding[] {
  return upstreamsOf(settings).flatMap(([path, upstream]) => [
    ...bothTwins(path, upstream),
    ...halfCertificate(path, upstream),
    ...tlsWithoutTls(path, upstream),
    ...leadsBack(path, upstream, settings.listen),
  ]);
}

function tlsWithoutTls(path: Path, upstream: UpstreamSettings): readonly Finding[] {
  if (upstream.url.origin.startsWith('https:')) return [];
  const keys = ['ca', 'ca_file', 'server_name', 'client_cert', 'client_cert_file'] as const;
  const remedy = 'remove it, or write https:// in url';
  return keys.flatMap((key) =>
    upstream[key] === undefined
      ? []
      : [
          {
            path: [...path, key],
            isAboutKey: true,
            compares: [
              [...path, key],
              [...path, 'url'],
            ],
            problem: 'has no meaning, because url is not https',
            remedy,
          },
        ],
  );
}

/** On a public route each request would go round until no connection is left. */
function leadsBack(
  path: Path,
  { url }: UpstreamSettings,
  listen: Settings['listen'],
): readonly Finding[] {
  if (url.socketPath !== undefined) return [];
  const { hostname, port, protocol } = new URL(url.origin);
  const upstreamPort = Number(port) || (protocol === 'https:' ? 443 : 80);
  const isOwn = listen.some((own) => own.port === upstreamPort && isSamePlace(own.host, hostname));
  if (!isOwn) return [];
  const problem = "is the door's own address";
  const remedy = 'name the address of the tool, and let the door listen elsewhere';
  return [{ path, problem, remedy, compares: [path, ['listen']] }];
}

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function isSamePlace(listening: string, hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  if (listening === name) return true;
  if (!isLoopback(name)) return false;
  // 127.0.0.1 and 127.0.0.2 are two places; localhost may be any of them.
  const isLoose = listening === 'localhost' || name === 'localhost';
  return EVERY_ADDRESS.has(listening) || (isLoose && isLoopback(listening));
}
