/** The configuration as the rest of the program sees it: checked and frozen. @module */
import type { ListenAddress } from '../core/listen-address.ts';
import type { Secret } from '../core/secret.ts';
import type { PostgresAddress } from '../core/store-address.ts';
import type { ForwardLimits, Upstream } from '../core/upstream.ts';

/** Who may pass a route. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed-in' }
  | {
      readonly kind: 'groups';
      readonly groups: readonly string[];
      /** Services of these may pass, too. */
      readonly realms?: readonly string[];
    }
  | { readonly kind: 'deny' };

/** One route: what it matches, who may pass, and where it leads. */
export interface RouteConfig {
  /** Short label for logs and metrics, e.g. `jupyter.example.com/lab`. */
  readonly name: string;
  /** Lower case, no trailing dot, no default port; undefined matches every host. */
  readonly host: string | undefined;
  /** Path prefix, matched on segment borders; `/` matches everything. */
  readonly path: string;
  /** Upper case; undefined matches every method. */
  readonly methods: readonly string[] | undefined;
  readonly access: Access;
  /** Undefined only where `access` is `deny`, or where `forwardAuth` makes the route a mere rule. */
  readonly upstream: Upstream | undefined;
  /** Send the client's `Host` rather than the upstream's. */
  readonly preserveHost: boolean;
  /** Let `%2F` and `%5C` through where they cannot change the route. */
  readonly allowEncodedSlash: boolean;
  /** Further origins that may open WebSockets, e.g. `https://app.example.com`. */
  readonly origins: readonly string[];
  readonly limits: ForwardLimits;
}

/** A web server that asks the door about each request and forwards by itself. */
export type GatewayName = 'nginx' | 'traefik' | 'caddy' | 'haproxy' | 'envoy';

/** Something that a person shows to sign in. */
export type Factor = 'password' | 'totp';

/** How codes are made and compared (RFC 6238 §4, §5.2). */
export interface TotpConfig {
  readonly issuer: string;
  readonly digits: 6 | 7 | 8;
  readonly periodSec: number;
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  /** Steps accepted on either side of the current one. */
  readonly window: number;
}

/** One budget of attempts; see `accounts/throttle.ts` for the rule. */
export interface BudgetConfig {
  /** Failures that cost no waiting. */
  readonly free: number;
  /** First wait after them; doubles with each further failure. */
  readonly baseWaitMs: number;
  readonly maxWaitMs: number;
  /** Attempts in 24 hours, wrong ones. */
  readonly perDay: number;
}

/** The three budgets that every guess is charged to. */
export interface ThrottleConfig {
  /** Per source network: one IPv4 address, or one IPv6 /64. */
  readonly source: BudgetConfig;
  /** Per account, for browsers that never signed in to it. */
  readonly account: BudgetConfig;
  /** Per account and known browser. */
  readonly device: BudgetConfig;
}

/** Services, and the API in which they vouch for one another. */
export interface RealmsConfig {
  /** Whether the API answers; services exist in any case. */
  readonly enabled: boolean;
  /** `/ungleichotp`: no trailing slash. */
  readonly prefix: string;
  readonly adminRealm: string;
  readonly authRealm: string;
  /** Steps accepted on either side of the current one. */
  readonly window: number;
  /** How the codes of new services are made. */
  readonly totp: Omit<TotpConfig, 'window'>;
  /** Characters of a name, a realm and a code. */
  readonly maxLength: number;
  readonly reuse: {
    readonly default: 'allow' | 'once';
    /** Realms apart from the default. */
    readonly allow: readonly string[];
    readonly once: readonly string[];
  };
}

/** The whole configuration, deeply frozen. */
export interface Config {
  readonly listen: readonly ListenAddress[];
  /** Where metrics and health are told to the operator's own programs; undefined where it is off. */
  readonly admin:
    | {
        readonly listen: ListenAddress;
        /** The operator wrote it; the default is done without where its port is taken. */
        readonly isChosen: boolean;
      }
    | undefined;
  /** Origin that browsers use, e.g. `https://tools.example.com`; no path. */
  readonly publicUrl: URL | undefined;
  /** `/_auth`: no trailing slash. */
  readonly prefix: string;
  /** Processes that serve; one serves without others beside it. */
  readonly workers: number;
  /** Absolute path. */
  readonly dataDir: string;
  /** Undefined keeps everything in a SQLite file in `dataDir`. */
  readonly store: PostgresAddress | undefined;
  readonly keys: {
    /** Absolute path; undefined is `keys.json` in `dataDir`. */
    readonly file: string | undefined;
    /** What the file would hold, from outside; then there is none. */
    readonly rings: Secret | undefined;
    /** Undefined leaves the rotation to the operator. */
    readonly rotateAfterMs: number | undefined;
  };
  /** CIDRs, valid, IPv4 and IPv6. */
  readonly trustedProxies: readonly string[];
  /** Whose questions are answered about routes; undefined answers about the session alone. */
  readonly forwardAuth: GatewayName | undefined;
  readonly routes: readonly RouteConfig[];
  readonly auth: {
    readonly factors: readonly Factor[];
    readonly signup: 'closed' | 'invite' | 'open';
    readonly totp: TotpConfig;
    readonly throttle: ThrottleConfig;
  };
  readonly session: {
    readonly lifetimeMs: number;
    readonly idleMs: number;
    readonly cookieName: string;
    readonly cookieDomain: string | undefined;
  };
  readonly realms: RealmsConfig;
  /** APIs of programs that the door replaces; undefined where one is off. */
  readonly compat: {
    readonly codeCheck:
      | {
          /** `/check`: no trailing slash. */
          readonly path: string;
          /** Of other sites, whose scripts may ask. */
          readonly origins: readonly string[];
        }
      | undefined;
  };
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
    /** `auto` is pretty on a terminal, JSON lines elsewhere. */
    readonly format: 'auto' | 'json' | 'pretty';
    /** Which requests get a line: all, those that the door refused, none. */
    readonly requests: 'all' | 'refused' | 'none';
  };
  /** Whole request head, ours and the forwarded ones. */
  readonly maxHeaderBytes: number;
  /** How long a dead store leaves those signed in alone. */
  readonly storeGraceMs: number;
  /** How long SIGTERM waits for running requests. */
  readonly drainMs: number;
}
