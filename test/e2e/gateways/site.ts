/** A site as an operator runs it: a real gateway with the printed configuration. @module */
import type { Clock } from '../../../src/core/ports.ts';
import { haproxyScript } from '../../../src/snippets/haproxy-script.ts';
import { type Plan, planOf } from '../../../src/snippets/plan.ts';
import { SNIPPETS } from '../../../src/snippets/snippets.ts';
import { freePort } from '../../ports.ts';
import { Client } from '../client.ts';
import { type Person, signIn } from '../people.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';
import { type Application, startApplication } from './echo.ts';
import {
  type Files,
  type Gateway,
  nginxAround,
  type RealGateway,
  startGateway,
} from './gateway.ts';
import { addSomebody } from './somebody.ts';

export interface Site extends AsyncDisposable {
  readonly port: number;
  /** `http://app.localhost:PORT`: browsers find every such name on this machine. */
  readonly origin: string;
  readonly door: TestDoor;
  readonly gateway: Gateway;
  /** Behind everything but `/other`. */
  readonly application: Application;
  readonly other: Application;
  /** Somebody of these groups, with a browser that has signed in. */
  signedIn(name: string, groups?: readonly string[]): Promise<Client>;
  newcomer(name: string): Promise<Person>;
}

export const HOST = 'app.localhost';

const rules = (application: Application, other: Application) => `
trusted_proxies: [127.0.0.1]
routes:
  - { host: ${HOST}, path: /open, access: public }
  - { host: ${HOST}, path: /staff, access: { groups: [staff] } }
  - { host: ${HOST}, path: /closed, access: deny }
  - { host: ${HOST}, path: /written, methods: [POST, PUT], access: deny }
  - { host: ${HOST}, path: /other, upstream: "http://127.0.0.1:${other.port}" }
  - { host: ${HOST}, upstream: "http://127.0.0.1:${application.port}" }
`;

/** Starts applications, door and gateway; all are gone with the site. */
export async function startSite(name: RealGateway, write = rules, clock?: Clock): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const application = stack.use(await startApplication());
  const other = stack.use(await startApplication());
  const port = await freePort();
  const origin = `http://${HOST}:${port}`;
  const yaml = `forward_auth: ${name}${write(application, other)}`;
  const door = stack.use(await openTestDoor({ yaml, publicUrl: origin, ...(clock && { clock }) }));
  const surroundings = {
    door: `127.0.0.1:${door.port}`,
    bind: '127.0.0.1',
    upstream: `http://127.0.0.1:${application.port}`,
  };
  const planned = planOf(door.config, surroundings);
  if (!planned.ok) throw new Error(planned.problem);
  const gateway = stack.use(await startGateway(name, port, FILES[name](planned.plan)));
  const owned = stack.move();
  return {
    port,
    origin,
    door,
    gateway,
    application,
    other,
    newcomer: (who) => addSomebody(door, who),
    async signedIn(who, groups = []) {
      const client = new Client(`http://127.0.0.1:${port}`, `${HOST}:${port}`);
      const person = await addSomebody(door, who, groups);
      const page = await signIn(client, person);
      if (page.status !== 303) throw new Error(`${page.status}: ${page.text}`);
      return client;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The printed text, and around it only what a snippet cannot say. */
const FILES: Readonly<Record<RealGateway, (plan: Plan) => Files>> = {
  nginx: (plan) => ({ 'nginx.conf': nginxAround(SNIPPETS.nginx(plan)) }),
  caddy: (plan) => ({
    Caddyfile: `{\n\tadmin off\n\tauto_https off\n}\n${SNIPPETS.caddy(plan)}`,
  }),
  haproxy: (plan) => ({
    'haproxy.cfg': SNIPPETS.haproxy(plan).replace(
      '/etc/haproxy/sallyport.lua',
      '@folder@/sallyport.lua',
    ),
    'sallyport.lua': haproxyScript(plan),
  }),
  envoy: (plan) => ({ 'envoy.yaml': SNIPPETS.envoy(plan) }),
  traefik: (plan) => ({ 'sallyport.yaml': SNIPPETS.traefik(plan) }),
};
