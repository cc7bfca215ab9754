/** Which names people may have, and which two spellings are the same person. @module */

/** A name as registered, and the unique spelling it is found by. */
export interface PersonName {
  /** NFKC and trimmed, capitals kept; travels as `Remote-User`. */
  readonly name: string;
  /** The same in lower case. */
  readonly canonicalName: string;
}

/** What the sign-up page says about a name that cannot be had. */
export const NAME_RULE =
  'Begin with a letter or digit; up to 64 letters (a–z), digits and . _ @ + - are fine.';

// The name leaves as a header value, and upstreams put it into paths, shells and LDAP
// filters. ASCII is what survives all of them unchanged and has no look-alikes.
const ALLOWED = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;

/**
 * Reads a name as somebody typed it. Full-width and other compatibility forms
 * become plain letters first (NFKC), so that nobody gets a second budget of
 * guesses, or a second account, for another spelling.
 *
 * @returns undefined when no person can have this name; see {@link NAME_RULE}
 */
export function parseName(typed: string): PersonName | undefined {
  const name = fold(typed);
  if (!ALLOWED.test(name)) return undefined;
  return { name, canonicalName: name.toLowerCase() };
}

/**
 * The spelling that somebody is looked up by. What cannot be a name is looked up as one that
 * nobody has: the look-up for it costs one, too.
 */
export const lookUpName = (typed: string): string => parseName(typed)?.canonicalName ?? '!';

/**
 * The spelling that budgets are keyed by: also for what cannot be a name, so that
 * an attempt with rubbish is counted like any other.
 *
 * @returns at most 128 UTF-16 units, lower case
 */
export function budgetName(typed: string): string {
  return fold(typed).toLowerCase().slice(0, 128);
}

// Cut first: NFKC can make eighteen characters of one.
const fold = (typed: string) => typed.slice(0, 256).normalize('NFKC').trim();
