/** `sallyport snippet envoy`: a static configuration. @module */
import { Document, isScalar, Scalar, visit } from 'yaml';
import { ownCookieNames } from '../session/cookie.ts';
import { FORGEABLE_FAMILIES, IDENTITY_HEADERS, SERVICE_HEADER } from './names.ts';
import type { Place, Plan, Site } from './plan.ts';

const TYPE = 'type.googleapis.com/envoy.extensions';
const HTTP_FILTERS = `${TYPE}.filters.http`;
const DOOR = 'sallyport_door';
const UNLIMITED = '0s';

/** Prints the configuration. */
export function envoySnippet(plan: Plan): string {
  const ports = [...new Set(plan.sites.map(({ port }) => port))];
  const document = new Document({
    static_resources: {
      listeners: ports.map((port) => listener(plan, port)),
      clusters: [
        cluster(DOOR, `http://${plan.door}`),
        ...plan.sites.flatMap(({ places }, s) =>
          places.map((place, p) => cluster(clusterName(s, p), place.origin, place.socketPath)),
        ),
      ],
    },
  });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && node.value.includes('\n')) {
        node.type = Scalar.BLOCK_LITERAL;
      }
    },
  });
  return `# Printed by \`sallyport snippet envoy\`: a whole static configuration.
${document.toString({ lineWidth: 0 })}`;
}

const clusterName = (s: number, p: number) => `sallyport_site${s}_place${p}`;

function listener(plan: Plan, port: number) {
  return {
    name: `sallyport_${port}`,
    address: addressOf(plan.bind ?? '0.0.0.0', port),
    filter_chains: [
      {
        ...(plan.isTls && { transport_socket: downstreamTls() }),
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: connectionManager(plan, port),
          },
        ],
      },
    ],
  };
}

function connectionManager(plan: Plan, port: number) {
  return {
    '@type': `${TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'sallyport',
    // The client's own word about its address and scheme counts for nothing.
    use_remote_address: true,
    max_request_headers_kb: Math.ceil(plan.maxHeaderBytes / 1_024) + 28,
    common_http_protocol_options: {
      headers_with_underscores_action: 'REJECT_REQUEST',
      idle_timeout: '75s',
    },
    stream_idle_timeout: UNLIMITED,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    route_config: {
      ignore_port_in_host_matching: true,
      virtual_hosts: plan.sites.flatMap((site, s) =>
        site.port === port ? [virtualHost(plan, site, s)] : [],
      ),
    },
    http_filters: [
      lua('sallyport.clean', clean(plan)),
      { name: 'envoy.filters.http.ext_authz', typed_config: check(plan) },
      lua('sallyport.cookies', cookies(plan)),
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': `${HTTP_FILTERS}.router.v3.Router` },
      },
    ],
  };
}

const lua = (name: string, inlineString: string) => ({
  name,
  typed_config: {
    '@type': `${HTTP_FILTERS}.lua.v3.Lua`,
    default_source_code: { inline_string: inlineString },
  },
});

/** `path_prefix` asks below the check: Envoy appends the path and query of the request. */
function check({ prefix, door }: Plan) {
  const named = (...names: readonly string[]) => ({
    patterns: names.map((exact) => ({ exact, ignore_case: true })),
  });
  return {
    '@type': `${HTTP_FILTERS}.ext_authz.v3.ExtAuthz`,
    transport_api_version: 'V3',
    failure_mode_allow: false,
    allowed_headers: named(
      ...['accept', 'cookie', 'origin', 'sec-fetch-dest', 'sec-fetch-mode'],
      ...['sec-websocket-version', 'x-forwarded-for', 'x-forwarded-proto'],
      SERVICE_HEADER.toLowerCase(),
    ),
    http_service: {
      server_uri: { uri: `http://${door}`, cluster: DOOR, timeout: '5s' },
      path_prefix: `${prefix}/check`,
      authorization_response: {
        allowed_upstream_headers: named(...IDENTITY_HEADERS),
        allowed_client_headers: named(
          ...['cache-control', 'content-security-policy', 'content-type', 'location'],
          ...['referrer-policy', 'retry-after', 'set-cookie', 'x-content-type-options'],
        ),
        allowed_client_headers_on_success: named('set-cookie'),
      },
    },
  };
}

/** The check is not for a sibling location: everything but the door's own pages asks. */
function virtualHost(plan: Plan, { host, places }: Site, s: number) {
  const unasked = {
    'envoy.filters.http.ext_authz': {
      '@type': `${HTTP_FILTERS}.ext_authz.v3.ExtAuthzPerRoute`,
      disabled: true,
    },
    // The door is the one that has to see its cookies.
    'sallyport.cookies': { '@type': `${HTTP_FILTERS}.lua.v3.LuaPerRoute`, disabled: true },
  };
  return {
    name: host ?? 'sallyport_others',
    domains: [host ?? '*'],
    routes: [
      {
        match: { prefix: `${plan.prefix}/check` },
        direct_response: { status: 404 },
        typed_per_filter_config: unasked,
      },
      {
        match: { path_separated_prefix: plan.prefix },
        route: { cluster: DOOR, timeout: UNLIMITED },
        typed_per_filter_config: unasked,
      },
      ...places.map((place, p) => ({ match: matchOf(place), route: routeOf(place, s, p) })),
    ],
  };
}

const matchOf = ({ path }: Place) =>
  path === '/' ? { prefix: '/' } : { path_separated_prefix: path };

const routeOf = (place: Place, s: number, p: number) => ({
  cluster: clusterName(s, p),
  timeout: UNLIMITED,
  idle_timeout: place.idleTimeoutMs === 0 ? UNLIMITED : `${place.idleTimeoutMs / 1_000}s`,
  ...(!place.preserveHost && { host_rewrite_literal: new URL(place.origin).host }),
});

function cluster(name: string, origin: string, socketPath?: string) {
  const { protocol, hostname, port } = new URL(origin);
  const isTls = protocol === 'https:';
  const address =
    socketPath === undefined
      ? addressOf(hostname, Number(port) || (isTls ? 443 : 80))
      : { pipe: { path: socketPath } };
  return {
    name,
    type: socketPath === undefined ? 'STRICT_DNS' : 'STATIC',
    connect_timeout: '5s',
    ...(isTls && { transport_socket: upstreamTls(hostname) }),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}

const addressOf = (address: string, port: number) => ({
  socket_address: { address, port_value: port },
});

const downstreamTls = () => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': `${TYPE}.transport_sockets.tls.v3.DownstreamTlsContext`,
    common_tls_context: {
      tls_certificates: [
        {
          certificate_chain: { filename: '/etc/envoy/tls/door.pem' },
          private_key: { filename: '/etc/envoy/tls/door.key' },
        },
      ],
    },
  },
});

const upstreamTls = (sni: string) => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': `${TYPE}.transport_sockets.tls.v3.UpstreamTlsContext`,
    sni,
    common_tls_context: {
      validation_context: {
        trusted_ca: { filename: '/etc/ssl/certs/ca-certificates.crt' },
        match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: sni } }],
      },
    },
  },
});

/** Underscores are refused before this; what is left are the other signs that applications fold. */
function clean(plan: Plan): string {
  // Envoy sets the rest of the way anew, and never this.
  const names = [...plan.forgeable, 'X-Forwarded-Host'].map((name) => name.toLowerCase());
  return `-- Nothing of what a client makes up about itself gets past this, in any spelling.
local FORGEABLE = {
${names.map((name) => `  ["${name}"] = true,`).join('\n')}
}
local function is_of_family(name)
  for _, family in ipairs({ ${FORGEABLE_FAMILIES.map((family) => `"${family}-"`).join(', ')} }) do
    if name:sub(1, #family) == family then return true end
  end
  return false
end
function envoy_on_request(handle)
  local forged = {}
  for name, _ in pairs(handle:headers()) do
    local lower = name:lower()
    local is_odd = name:sub(1, 1) ~= ":" and name:find("[^A-Za-z0-9-]")
    if is_odd or FORGEABLE[lower] or is_of_family(lower) then forged[#forged + 1] = name end
  end
  for _, name in ipairs(forged) do handle:headers():remove(name) end
end

-- A cache in front would hand a renewed session on to whoever asks next.
${ownCookies(plan)}
function envoy_on_response(handle)
  local headers = handle:headers()
  for i = 0, headers:getNumValues("set-cookie") - 1 do
    local name = headers:getAtIndex("set-cookie", i):match("^[^=]*") or ""
    if OWN_COOKIES[name:lower()] then headers:replace("cache-control", "no-store") end
  end
end
`;
}

const ownCookies = ({ cookieName }: Plan) => `local OWN_COOKIES = {
${[...ownCookieNames(cookieName)].map((name) => `  ["${name}"] = true,`).join('\n')}
}`;

function cookies(plan: Plan): string {
  return `-- Applications get every cookie but those of the door, and not what services show it.
${ownCookies(plan)}
function envoy_on_request(handle)
  local headers = handle:headers()
  headers:remove("${SERVICE_HEADER.toLowerCase()}")
  local kept = {}
  for i = 0, headers:getNumValues("cookie") - 1 do
    local pairs_kept = {}
    for pair in (headers:getAtIndex("cookie", i) .. ";"):gmatch("([^;]*);") do
      local name = pair:match("^[%s=]*([^=]-)%s*=") or ""
      if not OWN_COOKIES[name:lower()] then pairs_kept[#pairs_kept + 1] = pair end
    end
    local line = table.concat(pairs_kept, ";"):match("^%s*(.*)$")
    if line:find("[^;%s]") then kept[#kept + 1] = line end
  end
  headers:remove("cookie")
  if #kept > 0 then headers:add("cookie", table.concat(kept, "; ")) end
end
`;
}
