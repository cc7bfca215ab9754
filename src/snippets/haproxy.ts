/** `sallyport snippet haproxy`: a configuration that loads the printed script. @module */
import { indent, paragraphs } from './lines.ts';
import { FORGEABLE_FAMILIES, isOfForgeableFamily, pathPattern } from './names.ts';
import type { Place, Plan, Site } from './plan.ts';

/** Prints the configuration; the script comes from {@link haproxyScript}. */
export function haproxySnippet(plan: Plan): string {
  const places = plan.sites.flatMap((site, s) =>
    site.places.map((place, p) => ({ name: `sallyport_site${s}_place${p}`, site, place })),
  );
  return paragraphs(
    globals(plan),
    defaults(plan),
    frontend(plan, places),
    `backend sallyport_door
    server door ${plan.door}`,
    ...places.map(({ name, place }) => backend(name, place)),
    `backend sallyport_nothing
    http-request return status 404`,
  );
}

interface NamedPlace {
  readonly name: string;
  readonly site: Site;
  readonly place: Place;
}

/** A head, what HAProxy adds to it, and as much again for what it must leave free. */
const bufferBytes = ({ maxHeaderBytes }: Plan) =>
  2 ** Math.ceil(Math.log2(Math.max(32_768, maxHeaderBytes + 8_192)));

function globals(plan: Plan): string {
  return `# Printed by \`sallyport snippet haproxy\`. HAProxy has no check of its own: save what
# \`sallyport snippet haproxy --lua\` prints as the file that is named here.
global
    lua-load /etc/haproxy/sallyport.lua
    tune.bufsize ${bufferBytes(plan)}
    tune.http.maxhdr 1024`;
}

function defaults(plan: Plan): string {
  const places = plan.sites.flatMap((site) => site.places);
  const longest = (values: readonly number[]) => Math.max(1_000, ...values);
  const idle = places.map(({ idleTimeoutMs }) => idleTimeoutMs || 86_400_000);
  const waits = [...idle, ...places.map(({ firstByteTimeoutMs }) => firstByteTimeoutMs)];
  return `defaults
    mode http
    timeout http-request 15s
    timeout connect ${longest(places.map(({ connectTimeoutMs }) => connectTimeoutMs))}ms
    timeout client ${longest(idle)}ms
    timeout server ${longest(waits)}ms
    timeout tunnel ${longest(idle)}ms`;
}

function frontend(plan: Plan, places: readonly NamedPlace[]): string {
  const ports = [...new Set(plan.sites.map(({ port }) => port))];
  const names = plan.forgeable
    .map((name) => name.toLowerCase())
    .filter((name) => !isOfForgeableFamily(name));
  const inner = paragraphs(
    ports
      .map(
        (port) =>
          `bind ${plan.bind ?? ''}:${port}${plan.isTls ? ' ssl crt /etc/haproxy/tls/' : ''}`,
      )
      .join('\n'),
    `# Nothing of what a client makes up about itself gets past this, in any spelling.
http-request del-header [^A-Za-z0-9-] -m reg
http-request del-header ^(?:${FORGEABLE_FAMILIES.join('|')})- -m reg
http-request del-header ^(?:${names.join('|')})$ -m reg
http-request deny deny_status 400 if { req.hdr_cnt(host) gt 1 }
# The door is asked about a path: applications get it in the same form, not as a whole address.
http-request set-uri %[pathq] if { url_beg http:// https:// }
# No tunnel but this: behind an h2c nobody would be asked about any more.
http-request del-header Upgrade if !{ req.hdr(upgrade) -i websocket } || { req.hdr_cnt(upgrade) gt 1 }
http-request set-header X-Forwarded-For %[src]
http-request set-header X-Forwarded-Proto ${plan.isTls ? 'https' : 'http'}
# The port is the one that was come by, whatever the client calls it.
http-request set-header X-Forwarded-Host %[req.hdr(host),host_only]
http-request set-header X-Forwarded-Host %[req.hdr(host),host_only]:%[dst_port] if !{ dst_port ${plan.isTls ? 443 : 80} }`,
    `# The pages of the door; everything else asks it first.
acl sallyport_own path ${plan.prefix}
acl sallyport_own path_beg ${plan.prefix}/
http-request deny deny_status 404 if { path_beg ${plan.prefix}/check }
http-request lua.sallyport_check http://${plan.door}${plan.prefix}/check if !sallyport_own
http-response add-header Set-Cookie %[var(txn.sallyport_set_cookie)] if { var(txn.sallyport_set_cookie) -m found }
# A cache in front would hand the renewed session on to whoever asks next.
http-response set-header Cache-Control no-store if { var(txn.sallyport_set_cookie) -m found }`,
    `use_backend sallyport_door if sallyport_own
${places.map(useBackend).join('\n')}
default_backend sallyport_nothing`,
  );
  return `frontend sallyport
${indent(inner, '    ')}`;
}

function useBackend({ name, site, place }: NamedPlace): string {
  const conditions = [
    ...(site.host === undefined ? [] : [`{ req.hdr(host),host_only,lower -m str ${site.host} }`]),
    ...(site.host === undefined ? [] : [`{ dst_port ${site.port} }`]),
    ...(place.path === '/' ? [] : [`{ path -m reg ${quoted(pathPattern(place.path))} }`]),
  ];
  return `use_backend ${name}${conditions.length === 0 ? '' : ` if ${conditions.join(' ')}`}`;
}

function backend(name: string, place: Place): string {
  const { origin, socketPath } = place;
  const { protocol, hostname, port, host } = new URL(origin);
  const isTls = protocol === 'https:';
  const address = socketPath ?? `${hostname}:${port || (isTls ? 443 : 80)}`;
  const verify = ` ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt sni str(${hostname})`;
  const rules = [
    ...(place.preserveHost ? [] : [`http-request set-header Host ${host}`]),
    ...(place.maxBodyBytes === undefined
      ? []
      : [`http-request deny deny_status 413 if { req.body_size gt ${place.maxBodyBytes} }`]),
    `server application ${address}${isTls ? verify : ''}`,
  ];
  return `backend ${name}\n    ${rules.join('\n    ')}`;
}

/** HAProxy reads a backslash as the start of an escape of its own. */
const quoted = (pattern: string) => pattern.replaceAll('\\', '\\\\');
