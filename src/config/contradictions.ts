/** Settings that are right one by one and wrong together. @module */
import { formatDuration } from '../core/duration.ts';
import { isWithinDomain } from '../core/host-name.ts';
import { compatContradictions } from './compat-contradictions.ts';
import type { Finding, IsGiven } from './problem.ts';
import { realmsContradictions } from './realms-contradictions.ts';
import { routeContradictions } from './route-contradictions.ts';
import type { Settings } from './schema.ts';
import { keysContradictions } from './schema-keys.ts';
import { storeContradictions } from './store-contradictions.ts';
import { upstreamContradictions } from './upstream-contradictions.ts';

type Rule = (settings: Settings, isGiven: IsGiven) => readonly Finding[];

/** Every contradiction in `settings`, in no particular order. */
export function findContradictions(settings: Settings, isGiven: IsGiven): readonly Finding[] {
  return RULES.flatMap((rule) => rule(settings, isGiven));
}

const RULES: readonly Rule[] = [
  someListenAddress,
  adminApart,
  upstreamOrRoutes,
  bothFactors,
  guessesPerDay,
  waitsGrow,
  idleWithinLifetime,
  cookieWithinDomain,
  gatewayIsListed,
  realmsContradictions,
  compatContradictions,
  keysContradictions,
  routeContradictions,
  upstreamContradictions,
  storeContradictions,
];

function someListenAddress({ listen }: Settings): readonly Finding[] {
  if (listen.length === 0) {
    return [{ path: ['listen'], problem: 'is an empty list', remedy: 'write 127.0.0.1:8080' }];
  }
  const seen = new Set<string>();
  return listen.flatMap(({ host, port }, i) => {
    const address = `${host} ${port}`;
    const isRepeated = port !== 0 && seen.has(address);
    seen.add(address);
    const fault = { problem: 'repeats an earlier address', remedy: 'remove it' };
    return isRepeated ? [{ path: ['listen', i], ...fault }] : [];
  });
}

/** A default that meets the door's own port is no fault of the operator's: it is done without. */
function adminApart({ admin, listen }: Settings, isGiven: IsGiven): readonly Finding[] {
  const path = ['admin', 'listen'];
  if (admin === undefined || admin === 'off' || !isGiven(path)) return [];
  const { host, port } = admin.listen;
  const isEverywhere = (name: string) => name === '0.0.0.0' || name === '::';
  const isTaken = listen.some(
    (door) =>
      port !== 0 &&
      door.port === port &&
      (door.host === host || isEverywhere(door.host) || isEverywhere(host)),
  );
  if (!isTaken) return [];
  const problem = 'is where the door itself listens';
  return [{ path, compares: [path, ['listen']], problem, remedy: 'write another port' }];
}

function upstreamOrRoutes({ upstream, routes }: Settings): readonly Finding[] {
  if (upstream !== undefined && routes !== undefined) {
    const problem = 'stands beside routes, and only one of them can decide where requests go';
    return [{ path: ['upstream'], isAboutKey: true, problem, remedy: 'keep one of them' }];
  }
  if (upstream !== undefined || (routes !== undefined && routes.length > 0)) return [];
  const remedy = 'add upstream: http://127.0.0.1:8888, or routes';
  const compares = [['upstream'], ['routes']];
  return routes === undefined
    ? [{ path: [], problem: 'nothing says where requests go', remedy, compares }]
    : [{ path: ['routes'], problem: 'is an empty list', remedy: 'add a route', compares }];
}

function bothFactors({ auth: { factors } }: Settings): readonly Finding[] {
  const path = ['auth', 'factors'];
  const remedy = 'write [password, totp], or [totp]';
  if (!factors.includes('totp')) {
    return [{ path, problem: 'does not hold totp, which is always asked for', remedy }];
  }
  return new Set(factors).size < factors.length
    ? [{ path, problem: 'names a factor twice', remedy }]
    : [];
}

/** A stranger and a known browser together: what a name can be guessed at in a day. */
const MAX_GUESSES_PER_DAY = 100;

function guessesPerDay({ auth: { throttle } }: Settings): readonly Finding[] {
  const paths = [
    ['auth', 'throttle', 'account', 'per_day'],
    ['auth', 'throttle', 'device', 'per_day'],
  ];
  const sum = throttle.account.per_day + throttle.device.per_day;
  if (sum <= MAX_GUESSES_PER_DAY) return [];
  return [
    {
      path: paths[0] ?? [],
      compares: paths,
      problem: `${throttle.account.per_day} and device.per_day ${throttle.device.per_day} allow ${sum} guesses a day, too many for six digits`,
      remedy: `lower them to ${MAX_GUESSES_PER_DAY} together`,
    },
  ];
}

function waitsGrow({ auth: { throttle } }: Settings): readonly Finding[] {
  return (['source', 'account', 'device'] as const).flatMap((kind) => {
    const { base_wait: base, max_wait: max } = throttle[kind];
    if (base <= max) return [];
    const section = ['auth', 'throttle', kind];
    return [
      {
        path: [...section, 'base_wait'],
        compares: [
          [...section, 'base_wait'],
          [...section, 'max_wait'],
        ],
        problem: `${formatDuration(base)} is longer than max_wait (${formatDuration(max)})`,
        remedy: `write ${formatDuration(max)} or less, or raise max_wait`,
      },
    ];
  });
}

function idleWithinLifetime({ session }: Settings, isGiven: IsGiven): readonly Finding[] {
  const { idle, lifetime } = session;
  if (idle <= lifetime) return [];
  const path = ['session', 'idle'];
  const value = `${formatDuration(idle)}${isGiven(path) ? '' : ' (the default)'}`;
  return [
    {
      path,
      compares: [path, ['session', 'lifetime']],
      problem: `${value} is longer than session.lifetime (${formatDuration(lifetime)})`,
      remedy: `write ${formatDuration(lifetime)} or less`,
    },
  ];
}

function cookieWithinDomain(settings: Settings): readonly Finding[] {
  const domain = settings.session.cookie_domain;
  const host = settings.public_url?.hostname;
  if (domain === undefined || host === undefined) return [];
  // RFC 6265 §5.1.3: a browser drops a cookie whose domain the host is not within.
  if (isWithinDomain(host, domain)) return [];
  const path = ['session', 'cookie_domain'];
  return [
    {
      path,
      compares: [path, ['public_url']],
      problem: `"${domain}" does not hold the host of public_url (${host}), so that browsers drop the cookie`,
      remedy: 'write a domain that public_url is in, or remove the key',
    },
  ];
}

function gatewayIsListed({ forward_auth: gateway, trusted_proxies: listed }: Settings) {
  if (gateway === undefined || listed.length > 0) return [];
  const path = ['forward_auth'];
  return [
    {
      path,
      compares: [path, ['trusted_proxies']],
      problem: `${gateway} would never be believed, because trusted_proxies is empty`,
      remedy: 'add trusted_proxies: [127.0.0.1], or where the web server is',
    },
  ];
}
