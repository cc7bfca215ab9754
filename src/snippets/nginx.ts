/** `sallyport snippet nginx`: blocks for `http { }`. @module */
import { indent, paragraphs, wholeSec } from './lines.ts';
import { cookiePattern, pathPattern, SERVICE_HEADER } from './names.ts';
import type { Place, Plan, Site } from './plan.ts';

/** How often one of the door's cookies is taken out; a browser has three. */
const ROUNDS = 4;
/** nginx needs a number; what is unlimited here is a month there. */
const UNLIMITED_SEC = 2_592_000;

/** Prints the configuration. */
export function nginxSnippet(plan: Plan): string {
  return paragraphs(
    `# Printed by \`sallyport snippet nginx\`. It belongs into http { }, for example as
# /etc/nginx/conf.d/sallyport.conf.
upstream sallyport {
    server ${plan.door};
    keepalive 16;
}`,
    `# No protocol but this: behind an \`h2c\` nobody would be asked about any more.
map $http_upgrade $sallyport_upgrade {
    default "";
    "~*^websocket$" websocket;
}
map $sallyport_upgrade $sallyport_connection {
    default upgrade;
    "" "";
}
map $sallyport_set_cookie $sallyport_keeping {
    default no-store;
    "" "";
}
map $server_port $sallyport_port {
    80 "";
    443 "";
    default ":$server_port";
}`,
    cookieMaps(plan),
    ...plan.sites.map((site) => server(plan, site)),
    hasDefault(plan) ? '' : strangers(plan),
  );
}

const hasDefault = ({ sites }: Plan) => sites.some(({ host }) => host === undefined);

/** nginx can replace once in a variable: so once for each cookie, and nothing is left if that is not enough. */
function cookieMaps({ cookieName }: Plan): string {
  const own = `[\\s=]*${cookiePattern(cookieName)}\\s*=[^;]*`;
  const maps = Array.from({ length: ROUNDS }, (_, i) => {
    const from = i === 0 ? '$http_cookie' : `$sallyport_cookies_${i}`;
    return `map ${from} $sallyport_cookies_${i + 1} {
    default ${from};
    "~*^${own}(?:;\\s*(?<sp_rest_${i}>.*))?$" $sp_rest_${i};
    "~*^(?<sp_head_${i}>.*?);${own}(?<sp_tail_${i}>;.*)?$" $sp_head_${i}$sp_tail_${i};
}`;
  });
  return `# Other people's cookies: those of the door are taken out, one after the other.
${maps.join('\n')}
map $sallyport_cookies_${ROUNDS} $sallyport_cookies {
    default $sallyport_cookies_${ROUNDS};
    "~*(?:^|;)[\\s=]*${cookiePattern(cookieName)}\\s*=" "";
}`;
}

function server(plan: Plan, site: Site): string {
  const isDefault = site.host === undefined ? ' default_server' : '';
  return `server {
${indent(
  paragraphs(
    `listen ${listen(plan, site)}${isDefault};
server_name ${site.host ?? '_'};${tls(plan, site)}`,
    limits(plan),
    `# Every request asks the door, whichever location it is for.
auth_request ${plan.prefix}/check;
auth_request_set $sallyport_user $upstream_http_remote_user;
auth_request_set $sallyport_groups $upstream_http_remote_groups;
auth_request_set $sallyport_realm $upstream_http_remote_realm;
auth_request_set $sallyport_login $upstream_http_x_sallyport_login;
auth_request_set $sallyport_set_cookie $upstream_http_set_cookie;
error_page 401 = @sallyport_sign_in;
add_header Set-Cookie $sallyport_set_cookie always;
# A cache in front would hand the renewed session on to whoever asks next.
add_header Cache-Control $sallyport_keeping always;`,
    headers(plan),
    doorLocations(plan),
    ...site.places.map(location),
    site.places.some(({ path }) => path === '/') ? '' : 'location / {\n    return 404;\n}',
  ),
  '    ',
)}}`;
}

const listen = ({ bind, isTls }: Plan, { port }: Site) =>
  `${bind === undefined ? '' : `${bind}:`}${port}${isTls ? ' ssl' : ''}`;

const tls = ({ isTls }: Plan, { host = 'default' }: Site) =>
  isTls
    ? `
ssl_certificate /etc/nginx/tls/${host}.pem;
ssl_certificate_key /etc/nginx/tls/${host}.key;`
    : '';

function limits(plan: Plan): string {
  return `# Redirects stay paths.
absolute_redirect off;
client_max_body_size 0;
${parsing(plan)}`;
}

/** nginx reads the head by the rules of the port's default server, whichever is meant in the end. */
function parsing({ maxHeaderBytes }: Plan): string {
  return `# Names that an application could take for another are dropped.
ignore_invalid_headers on;
underscores_in_headers off;
large_client_header_buffers 4 ${Math.ceil(Math.max(maxHeaderBytes, 8_192) / 1_024)}k;`;
}

function headers(plan: Plan): string {
  const forgeable = plan.forgeable.map((name) => `proxy_set_header ${name} "";`);
  return `# What the application is told. An empty value sends no header at all, so that
# nothing of what a client makes up about itself arrives.
proxy_http_version 1.1;
proxy_buffering off;
proxy_request_buffering off;
proxy_set_header Host $sallyport_host;
proxy_set_header Upgrade $sallyport_upgrade;
proxy_set_header Connection $sallyport_connection;
proxy_set_header Cookie $sallyport_cookies;
proxy_set_header Remote-User $sallyport_user;
proxy_set_header Remote-Groups $sallyport_groups;
proxy_set_header Remote-Realm $sallyport_realm;
proxy_set_header ${SERVICE_HEADER} "";
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-Host $host$sallyport_port;
${forgeable.join('\n')}
set $sallyport_host $host$sallyport_port;`;
}

function doorLocations({ prefix }: Plan): string {
  const door = `auth_request off;
    proxy_pass http://sallyport;
    proxy_set_header Host $host$sallyport_port;
    proxy_set_header Connection "";
    proxy_set_header X-Request-Id "";
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $host$sallyport_port;`;
  return `# The pages of the door.
location = ${prefix} {
    ${door}
}
location ^~ ${prefix}/ {
    ${door}
}

# The question. The client's headers stay here, but for those that decide.
location = ${prefix}/check {
    internal;
    auth_request off;
    proxy_pass http://sallyport;
    proxy_pass_request_body off;
    proxy_pass_request_headers off;
    proxy_buffering on;
    proxy_buffer_size 32k;
    proxy_buffers 4 32k;
    proxy_busy_buffers_size 64k;
    proxy_set_header Content-Length "";
    proxy_set_header Connection "";
    proxy_set_header Cookie $http_cookie;
    proxy_set_header ${SERVICE_HEADER} $http_${SERVICE_HEADER.toLowerCase().replaceAll('-', '_')};
    proxy_set_header Accept $http_accept;
    proxy_set_header Origin $http_origin;
    proxy_set_header Sec-Fetch-Mode $http_sec_fetch_mode;
    proxy_set_header Sec-Fetch-Dest $http_sec_fetch_dest;
    proxy_set_header Sec-WebSocket-Version $http_sec_websocket_version;
    proxy_set_header X-Original-URI $request_uri;
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $host$sallyport_port;
}

# The door has encoded the way back, which nginx cannot do; programs get a plain 401.
location @sallyport_sign_in {
    auth_request off;
    add_header Cache-Control no-store always;
    if ($sallyport_login = "") {
        return 401;
    }
    return 302 $sallyport_login;
}`;
}

function location(place: Place): string {
  const where = place.path === '/' ? '/' : `~ "${pathPattern(place.path)}"`;
  const { origin, socketPath } = place;
  const target = socketPath === undefined ? origin : `http://unix:${socketPath}:`;
  const secure = `
    proxy_ssl_server_name on;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;`;
  const idleSec = place.idleTimeoutMs === 0 ? UNLIMITED_SEC : wholeSec(place.idleTimeoutMs);
  const readSec = Math.max(idleSec, wholeSec(place.firstByteTimeoutMs));
  return `location ${where} {
    proxy_pass ${target};${origin.startsWith('https:') ? secure : ''}${
      place.preserveHost ? '' : `\n    set $sallyport_host ${new URL(origin).host};`
    }${place.maxBodyBytes === undefined ? '' : `\n    client_max_body_size ${place.maxBodyBytes};`}
    proxy_connect_timeout ${wholeSec(place.connectTimeoutMs)}s;
    proxy_read_timeout ${readSec}s;
    proxy_send_timeout ${idleSec}s;
}`;
}

/** Without it nginx would serve unknown hosts from the first site. */
function strangers(plan: Plan): string {
  const ports = [...new Set(plan.sites.map(({ port }) => port))];
  const lines = ports.map((port) => {
    const where = `${plan.bind === undefined ? '' : `${plan.bind}:`}${port}`;
    return `    listen ${where}${plan.isTls ? ' ssl' : ''} default_server;`;
  });
  return `# Hosts that no route is for. What is said here about heads counts for the whole port.
server {
${lines.join('\n')}
    server_name _;${plan.isTls ? '\n    ssl_reject_handshake on;' : ''}
${indent(parsing(plan), '    ')}
    return 421;
}`;
}
