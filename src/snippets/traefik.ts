/** `sallyport snippet traefik`: a file for the file provider (Traefik 3). @module */
import { stringify } from 'yaml';
import { COOKIE_PREFIXES } from '../session/cookie.ts';
import { IDENTITY_HEADERS, SERVICE_HEADER } from './names.ts';
import type { Place, Plan, Site } from './plan.ts';

/** Prints the configuration. */
export function traefikSnippet(plan: Plan): string {
  const places = plan.sites.flatMap((site, s) =>
    site.places.map((place, p) => ({ name: `sallyport-site${s}-place${p}`, site, place })),
  );
  const address = `http://${plan.door}`;
  const document = {
    http: {
      routers: {
        'sallyport-door': {
          // A client that asks for the check itself is asked about, like everybody.
          rule: `(${under(plan.prefix)}) && !Path(\`${plan.prefix}/check\`)`,
          // The door's own pages come before every application.
          priority: 10_000,
          service: 'sallyport-door',
          ...tls(plan),
        },
        ...Object.fromEntries(
          places.map(({ name, site, place }, i) => [
            name,
            {
              rule: ruleOf(site, place),
              priority: 1_000 - i,
              middlewares: ['sallyport-clean', 'sallyport-check'],
              service: name,
              ...tls(plan),
            },
          ]),
        ),
      },
      middlewares: {
        'sallyport-clean': {
          headers: {
            customRequestHeaders: {
              ...Object.fromEntries(forgeable(plan).map((name) => [name, ''])),
              // Counts only where `Connection` names it. Behind another protocol, which the
              // client could choose, nobody would be asked about any more.
              Upgrade: 'websocket',
            },
          },
        },
        'sallyport-check': {
          forwardAuth: {
            address: `${address}${plan.prefix}/check`,
            trustForwardHeader: false,
            // What the answer does not hold is deleted: so no application sees it.
            authResponseHeaders: [...IDENTITY_HEADERS, 'Cookie', SERVICE_HEADER],
            addAuthCookiesToResponse: cookieNames(plan),
          },
        },
      },
      services: {
        'sallyport-door': loadBalancer(address, true),
        ...Object.fromEntries(
          places.map(({ name, place }) => [name, loadBalancer(place.origin, place.preserveHost)]),
        ),
      },
    },
  };
  return `# Printed by \`sallyport snippet traefik\`: a file for the file provider, Traefik 3.
# Any name but traefik.yaml will do: that is what Traefik takes for its static configuration.
# The check answers with the other cookies, and Traefik puts them in the place of the
# client's: so no application sees the door's.
${stringify(document, { lineWidth: 0 })}`;
}

const tls = ({ isTls }: Plan) => (isTls ? { tls: {} } : {});

function ruleOf({ host }: Site, { path }: Place): string {
  const parts = [
    ...(host === undefined ? [] : [`Host(\`${host}\`)`]),
    ...(path === '/' ? [] : [`(${under(path)})`]),
  ];
  return parts.length === 0 ? 'PathPrefix(`/`)' : parts.join(' && ');
}

/** `PathPrefix` alone would take `/apple` for a path below `/app`. */
const under = (path: string) => `Path(\`${path}\`) || PathPrefix(\`${path}/\`)`;

/** Traefik deletes by exact name: the spelling that applications fold goes with each name. */
const forgeable = (plan: Plan) =>
  [...IDENTITY_HEADERS, ...plan.forgeable].filter(
    (name) => !['X-Forwarded-Port', 'X-Forwarded-Server', 'X-Real-Ip'].includes(name),
  );

const cookieNames = ({ cookieName }: Plan) =>
  COOKIE_PREFIXES.map((prefix) => `${prefix}${cookieName}`);

const loadBalancer = (url: string, passHostHeader: boolean) => ({
  loadBalancer: { passHostHeader, servers: [{ url }] },
});
