/** Whether a form was sent by our own page, twice over: its token and its origin. @module */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveEach, deriveKey, type KeySet } from '../core/key-set.ts';

/** The hidden field that every form of ours carries. */
export const CSRF_FIELD = '_csrf';

/** Makes and checks the token that each of our forms carries. */
export interface Csrf {
  /** The synchroniser token of a flow. */
  token(flowId: string): string;
  /** Compares in constant time; false for anything but this flow's token. */
  matches(flowId: string, given: string | undefined): boolean;
}

/** Tokens are an HMAC of the flow id: nothing to store, worthless for another browser. */
export function createCsrf(keys: KeySet): Csrf {
  const derived = deriveEach(keys, (root) => deriveKey(root, 'auth/csrf'));
  const macWith = (key: Uint8Array, flowId: string) =>
    createHmac('sha256', key).update(flowId).digest();
  return {
    token: (flowId) => macWith(derived.current().key, flowId).toString('base64url'),
    matches(flowId, given) {
      const candidate = Buffer.from(given ?? '', 'base64url');
      return derived.all().some((key) => {
        const expected = macWith(key, flowId);
        return expected.length === candidate.length && timingSafeEqual(expected, candidate);
      });
    },
  };
}

/** The headers that browsers set about where a request comes from. */
export interface FetchOrigin {
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
}

/** Where a form was sent to. */
export interface FormTarget {
  readonly publicUrl: URL | undefined;
  /** As the gate found them: routes may give the door several hosts. */
  readonly scheme: 'http' | 'https';
  readonly host: string;
}

/**
 * Whether the browser says that a form came from the page of ours that it was sent to, or says
 * nothing. Browsers name a relation to HTTPS sites only, and some never do: for the others
 * `Origin` is compared with the request's own host, and with `public_url`, since behind
 * another proxy's subrequest the two differ for honest people.
 */
export function isOwnOrigin(from: FetchOrigin, to: FormTarget): boolean {
  if (from.secFetchSite !== undefined) {
    return from.secFetchSite === 'same-origin' || from.secFetchSite === 'none';
  }
  if (from.origin === undefined || to.publicUrl === undefined) return true;
  return from.origin === to.publicUrl.origin || from.origin === `${to.scheme}://${to.host}`;
}
