/** `sallyport snippet caddy`: a Caddyfile. @module */
import { indent, paragraphs, wholeSec } from './lines.ts';
import {
  cookiePattern,
  FORGEABLE_FAMILIES,
  IDENTITY_HEADERS,
  isOfForgeableFamily,
  pathPattern,
  SERVICE_HEADER,
} from './names.ts';
import type { Place, Plan, Site } from './plan.ts';

/** Prints the configuration. */
export function caddySnippet(plan: Plan): string {
  return paragraphs(
    '# Printed by `sallyport snippet caddy`: a Caddyfile, or a part of one.',
    clean(plan),
    check(plan),
    cookies(plan),
    ...plan.sites.map((site) => siteBlock(plan, site)),
  );
}

/** RFC 9110 allows these in names, and applications take each of them for a hyphen. */
const ODD_SIGNS = "!#$%&'+.^_|~";

function clean({ forgeable }: Plan): string {
  const odd = [...ODD_SIGNS].map((sign) => `request_header \`-*${sign}*\``);
  const families = FORGEABLE_FAMILIES.map((family) => `${family}-*`);
  const names = [...families, ...forgeable.filter((name) => !isOfForgeableFamily(name))];
  return `# Nothing of what a client makes up about itself gets past this, in any spelling.
(sallyport_clean) {
	${odd.join('\n\t')}
	${names.map((name) => `request_header -${name}`).join('\n\t')}

	# Caddy takes away what Connection lists, and a client could list what the door says. It
	# opens a tunnel for any protocol: behind an h2c nobody would be asked about any more.
	@sallyport_websocket header_regexp Upgrade (?i)^websocket$
	request_header @sallyport_websocket Connection Upgrade
	request_header @sallyport_websocket Upgrade websocket
	@sallyport_plain not header_regexp Upgrade (?i)^websocket$
	request_header @sallyport_plain -Connection
	request_header @sallyport_plain -Upgrade
}`;
}

function check({ prefix, door }: Plan): string {
  const copied = IDENTITY_HEADERS.map((name) => `request_header ${name} {rp.header.${name}}`);
  return `# Asks the door. What is no 200 goes to the browser as it is: a page, or the way to one.
(sallyport_check) {
	reverse_proxy ${door} {
		method GET
		rewrite ${prefix}/check
		header_up X-Forwarded-Method {method}
		header_up X-Forwarded-Uri {uri}
		header_up -Upgrade
		header_up -Connection

		@renewed {
			status 200
			header Set-Cookie *
		}
		handle_response @renewed {
			${copied.join('\n\t\t\t')}
			header +Set-Cookie {rp.header.Set-Cookie}
			# A cache in front would hand the session on to whoever asks next.
			header +Cache-Control no-store
		}
		@passed status 200
		handle_response @passed {
			${copied.join('\n\t\t\t')}
		}
	}
}`;
}

/** Caddy takes an empty replacement for none, so an empty group stands in for it. */
function cookies({ cookieName }: Plan): string {
  return `# The application gets the other cookies, as they are, and not what services show the door.
(sallyport_cookies) {
	request_header Cookie \`(?i)(?:^|;)[\\s=]*${cookiePattern(cookieName)}\\s*=[^;]*()\` $1
	request_header Cookie \`^;\\s*()\` $1
	@sallyport_no_cookie header_regexp Cookie ^\\s*$
	request_header @sallyport_no_cookie -Cookie
	request_header -${SERVICE_HEADER}
}`;
}

function siteBlock(plan: Plan, site: Site): string {
  const { prefix, door } = plan;
  const fallback = site.places.some(({ path }) => path === '/') ? '' : 'handle {\n\trespond 404\n}';
  const inner = paragraphs(
    'import sallyport_clean',
    `handle ${prefix}/check* {
	respond 404
}
@door path_regexp ${pathPattern(prefix)}
handle @door {
	reverse_proxy ${door}
}`,
    ...site.places.map(handle),
    fallback,
  );
  const bind = plan.bind === undefined ? '' : `\tbind ${plan.bind}\n`;
  return `${addressOf(plan, site)} {
${bind}	route {
${indent(inner, '\t\t')}	}
}`;
}

function addressOf({ isTls }: Plan, { host = '', port }: Site): string {
  const usual = isTls ? 443 : 80;
  const scheme = isTls ? (host === '' ? 'https://' : '') : 'http://';
  return `${scheme}${host}${port === usual && host !== '' ? '' : `:${port}`}`;
}

function handle(place: Place, i: number): string {
  const { origin, socketPath } = place;
  const target = socketPath === undefined ? origin : `unix/${socketPath}`;
  const timeouts = [
    `dial_timeout ${place.connectTimeoutMs}ms`,
    `response_header_timeout ${wholeSec(place.firstByteTimeoutMs)}s`,
  ];
  const host = place.preserveHost ? '' : `header_up Host ${new URL(origin).host}\n\t\t\t`;
  const body =
    place.maxBodyBytes === undefined
      ? ''
      : `request_body {\n\t\t\tmax_size ${place.maxBodyBytes}\n\t\t}\n\t\t`;
  const matcher = place.path === '/' ? '' : ` @place${i}`;
  const named = place.path === '/' ? '' : `@place${i} path_regexp ${pathPattern(place.path)}\n`;
  return `${named}handle${matcher} {
	route {
		import sallyport_check
		import sallyport_cookies
		${body}reverse_proxy ${target} {
			${host}flush_interval -1
			transport http {
				${timeouts.join('\n\t\t\t\t')}
			}
		}
	}
}`;
}
