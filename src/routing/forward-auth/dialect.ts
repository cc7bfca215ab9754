/** What a gateway says about the request that it asks for, and in which words. @module */
import { METHODS } from 'node:http';
import { foldHeaderName, isVouchedName, METHOD_OVERRIDES } from '../../core/header-name.ts';
import { canonicalHost, type Scheme } from '../host.ts';
import { parseTarget } from '../target.ts';

/** One way of asking; which one is spoken is configuration, never guessed. */
export interface Dialect {
  /** Headers that carry the address or the method of the original request. */
  readonly carriers: readonly Carrier[];
  /** The original target is appended to the path of the check. */
  readonly appendsTarget: boolean;
  /**
   * Who answers the browser: the gateway itself, which looks at our status alone,
   * or we, because the gateway passes our whole answer on.
   */
  readonly answers: 'status' | 'page';
  /**
   * Whether the gateway can take out a cookie, and headers whose names it has not
   * been told. Where it cannot, the answer carries the other cookies, and a request
   * with a look-alike of a header that decides is refused.
   */
  readonly editsHeaders: boolean;
  /** Whether the gateway reads a `Location` without a host as one of the door's own address. */
  readonly resolvesLocation: boolean;
  read(question: Question): Original;
}

/** What has come in, before anybody believes it. */
export interface Question {
  readonly method: string;
  /** `Host` of the question itself, canonical. */
  readonly host: string;
  readonly scheme: Scheme;
  /** What follows `/check` in the target. */
  readonly rest: string;
  /** The method to assume where none is named, because no rule depends on it. */
  readonly assumedMethod: 'GET' | undefined;
  readonly said: Said;
}

/** The original request as the gateway tells it, or why it cannot be believed. */
export type Original =
  | {
      readonly ok: true;
      readonly method: string;
      /** Canonical; empty where the gateway did not say. */
      readonly host: string;
      readonly target: string;
      readonly path: string;
    }
  | { readonly ok: false; readonly reason: string };

/** The address and the method, in the words of all families. */
const CARRIERS = [
  'x-original-uri',
  'x-original-url',
  'x-original-method',
  'x-forwarded-uri',
  'x-forwarded-method',
] as const;

/** Headers that every family may use beside its own. */
const COMMON = ['x-forwarded-host', 'x-forwarded-proto'] as const;

/** One of the headers that only the gateway's own family may carry. */
export type Carrier = (typeof CARRIERS)[number];
type Name = Carrier | (typeof COMMON)[number];

/** Values by name; no header of these comes twice. */
export type Said = Readonly<Partial<Record<Name, string>>>;

/** The names of each length: ordinary headers are told apart without a copy of their name. */
const NAMES_BY_LENGTH = Map.groupBy<number, Name>([...CARRIERS, ...COMMON], ({ length }) => length);

/** The headers about the original request, or the reason why they are not believed. */
export type Heard =
  | { readonly ok: true; readonly said: Said }
  | { readonly ok: false; readonly reason: string };

/**
 * Collects what is said about the original request. A look-alike such as
 * `X_Forwarded_Uri` counts as the header itself: some gateways pass a client's on.
 */
export function hear(rawHeaders: readonly string[], dialect: Dialect): Heard {
  const said: Partial<Record<Name, string>> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const written = rawHeaders[i] as string;
    const name = nameOf(written);
    if (name === undefined) continue;
    if (said[name] !== undefined) return disbelieve(`${name} came twice`);
    if (isForeign(name, dialect)) return disbelieve(`${name} is not of this gateway's family`);
    said[name] = rawHeaders[i + 1] as string;
  }
  if (!dialect.editsHeaders && rawHeaders.some((text, i) => i % 2 === 0 && isForged(text))) {
    return disbelieve('a look-alike of a header that decides');
  }
  return { ok: true, said };
}

/** Puts the parts together, each held to the rules of a request that comes in directly. */
export function original(parts: {
  readonly method: string | undefined;
  readonly host: string | undefined;
  readonly scheme: Scheme;
  readonly target: string | undefined;
}): Original {
  const { method, scheme, target } = parts;
  if (method === undefined) return disbelieve('the gateway does not name the method');
  if (!KNOWN_METHODS.has(method)) return disbelieve('the method is none that passes');
  if (target === undefined) return disbelieve('the gateway does not name the address');
  const host = parts.host === undefined ? '' : canonicalHost(parts.host, scheme);
  if (host === undefined) return disbelieve('the host cannot be read');
  const parsed = parseTarget(target);
  if (!parsed.ok) return disbelieve('the address cannot be read');
  return { ok: true, method, host, target, path: parsed.path };
}

/** A reason, for the log: it says what was wrong and repeats nothing of it. */
export const disbelieve = (reason: string) => ({ ok: false, reason }) as const;

// What a client could not ask for directly, it cannot ask for through a gateway.
const KNOWN_METHODS: ReadonlySet<string> = new Set(
  METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE'),
);

function isForged(written: string): boolean {
  if (!/[^a-z0-9-]/i.test(written)) return false;
  const folded = foldHeaderName(written);
  return isVouchedName(folded) || METHOD_OVERRIDES.has(folded) || FRAMING.has(folded);
}

/** An application that folds names would read another end of the request than the gateway. */
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

function nameOf(written: string): Name | undefined {
  if ((written.charCodeAt(0) | 0x20) !== 0x78 /* x */) return undefined;
  const names = NAMES_BY_LENGTH.get(written.length);
  if (names === undefined) return undefined;
  const lower = written.toLowerCase();
  // Folding keeps the length, and is for those who write a name as nobody else does.
  const folded = /[^a-z0-9-]/.test(lower) ? foldHeaderName(lower) : lower;
  return names.find((name) => name === folded);
}

const isForeign = (name: Name, { carriers }: Dialect) =>
  (CARRIERS as readonly string[]).includes(name) && !(carriers as readonly string[]).includes(name);
