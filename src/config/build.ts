/** Makes the configuration that the program runs on out of settings. @module */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { PostgresPlace } from '../core/postgres-url.ts';
import type { Upstream } from '../core/upstream.ts';
import type { BudgetConfig, Config, RealmsConfig, RouteConfig } from './config.ts';
import { loadKeys } from './keys.ts';
import type { Finding, IsGiven, Path } from './problem.ts';
import { nameRoutes } from './route-names.ts';
import { defaultAdmin, type Settings } from './schema.ts';
import { type RouteSettings, routeSchema, type UpstreamSettings } from './schema-route.ts';
import { loadStore } from './store.ts';
import { loadTls } from './tls-files.ts';

/** A configuration, and what is wrong with the files that it names. */
export interface BuiltConfig {
  readonly config: Config;
  readonly findings: readonly Finding[];
}

/** What is known beside the settings. */
interface Circumstances {
  /** Tells what was written from what is a default. */
  readonly isGiven: IsGiven;
  /** Of the store, from the environment, where the settings name none. */
  readonly parts?: PostgresPlace | undefined;
}

/**
 * Builds the configuration, reading the files that the settings name.
 *
 * @param baseDir  folder that relative paths start from
 */
export function buildConfig(
  settings: Settings,
  baseDir: string,
  { isGiven, parts }: Circumstances,
): BuiltConfig {
  const findings: Finding[] = [];
  const store = loadStore(settings, baseDir, parts);
  findings.push(...store.findings);
  const keys = loadKeys(settings.keys, baseDir);
  findings.push(...keys.findings);
  const config: Config = {
    listen: settings.listen,
    admin: buildAdmin(settings, isGiven),
    publicUrl: settings.public_url,
    prefix: settings.prefix,
    workers: settings.workers === 'auto' ? availableParallelism() : settings.workers,
    dataDir: resolve(baseDir, settings.data_dir),
    store: store.address,
    keys: keys.keys,
    trustedProxies: settings.trusted_proxies,
    forwardAuth: settings.forward_auth,
    routes: buildRoutes(settings, createUpstreamLoader(baseDir, findings)),
    auth: buildAuth(settings),
    session: buildSession(settings),
    realms: buildRealms(settings),
    compat: buildCompat(settings),
    log: settings.log,
    maxHeaderBytes: settings.max_header,
    storeGraceMs: settings.store_grace,
    drainMs: settings.drain,
  };
  return { config, findings };
}

/** Routes that say the same share one object, and so one pool of connections. */
function createUpstreamLoader(baseDir: string, findings: Finding[]) {
  const pools = new Map<string, Upstream>();
  return (settings: UpstreamSettings, path: Path): Upstream => {
    const loaded = loadTls(settings, path, baseDir);
    findings.push(...loaded.findings);
    const upstream = { ...settings.url, ...loaded.tls };
    const identity = JSON.stringify([upstream, settings.client_key_file]);
    const known = settings.client_key === undefined ? pools.get(identity) : undefined;
    if (known !== undefined) return known;
    pools.set(identity, upstream);
    return upstream;
  };
}

function buildAuth({ auth: { factors, signup, totp, throttle } }: Settings): Config['auth'] {
  const { issuer, digits, period, algorithm, window } = totp;
  const { account, device, source } = throttle;
  return {
    factors: (['password', 'totp'] as const).filter((factor) => factors.includes(factor)),
    signup,
    totp: { issuer, digits, periodSec: period / 1_000, algorithm, window },
    throttle: { source: budget(source), account: budget(account), device: budget(device) },
  };
}

const buildSession = ({ session }: Settings): Config['session'] => ({
  lifetimeMs: session.lifetime,
  idleMs: session.idle,
  cookieName: session.cookie_name,
  cookieDomain: session.cookie_domain,
});

function buildAdmin(settings: Settings, isGiven: IsGiven): Config['admin'] {
  const { admin = defaultAdmin() } = settings;
  if (admin === 'off') return undefined;
  return { listen: admin.listen, isChosen: isGiven(['admin', 'listen']) };
}

function buildCompat({ compat: { code_check: codeCheck } }: Settings): Config['compat'] {
  if (codeCheck === undefined) return { codeCheck };
  return { codeCheck: { ...codeCheck, origins: codeCheck.origins.map(({ origin }) => origin) } };
}

function buildRealms({ realms, auth }: Settings): RealmsConfig {
  return {
    enabled: realms.enabled,
    prefix: realms.prefix,
    adminRealm: realms.admin_realm,
    authRealm: realms.auth_realm,
    window: realms.window,
    totp: {
      issuer: auth.totp.issuer,
      digits: realms.digits,
      periodSec: realms.period / 1_000,
      algorithm: realms.algorithm,
    },
    maxLength: realms.max_length,
    reuse: realms.reuse,
  };
}

type LoadUpstream = (upstream: UpstreamSettings, path: Path) => Upstream;

function buildRoutes(settings: Settings, load: LoadUpstream): readonly RouteConfig[] {
  const { upstream, routes = [] } = settings;
  if (upstream !== undefined) {
    const everything = { ...routeSchema.parse({}), upstream };
    return [buildRoute(everything, '*/', load(upstream, ['upstream']))];
  }
  const names = nameRoutes(routes);
  return routes.map((route, i) => {
    const loaded = route.upstream && load(route.upstream, ['routes', i, 'upstream']);
    return buildRoute(route, names[i] ?? '', loaded);
  });
}

function buildRoute(
  route: RouteSettings,
  name: string,
  upstream: Upstream | undefined,
): RouteConfig {
  return {
    name,
    host: route.host,
    path: route.path,
    methods: route.methods && [...new Set(route.methods)],
    access: route.access,
    upstream,
    preserveHost: route.preserve_host,
    allowEncodedSlash: route.allow_encoded_slash,
    origins: route.origins.map(({ origin }) => origin),
    limits: {
      connectTimeoutMs: route.timeouts.connect,
      firstByteTimeoutMs: route.timeouts.first_byte,
      idleTimeoutMs: route.timeouts.idle,
      maxBodyBytes: route.max_body,
    },
  };
}

type BudgetSettings = Settings['auth']['throttle']['source'];

function budget(settings: BudgetSettings): BudgetConfig {
  return {
    free: settings.free,
    baseWaitMs: settings.base_wait,
    maxWaitMs: settings.max_wait,
    perDay: settings.per_day,
  };
}
