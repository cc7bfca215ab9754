/** What the forwarder has to know about a header's name, learnt once per spelling. @module */
import { foldHeaderName, isVouchedName } from '../core/header-name.ts';

/** A header name as received, with everything the passes ask about it. */
export interface FieldName {
  readonly lower: string;
  /** The one spelling that CGI-like gateways turn it into. */
  readonly folded: string;
  /** Means something to this connection only, or to a proxy only. */
  readonly isHopByHop: boolean;
  /** Says something that only we may say. */
  readonly isVouched: boolean;
}

/** RFC 9110 §7.6.1, and the fields that a gateway answers for itself. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** No honest name is longer, and thousands of the longest would fill the memory. */
const MAX_KEPT_LENGTH = 64;

/**
 * A bounded memory of names: the same few dozen spellings come with every
 * request, and folding each of them again costs more than forwarding.
 */
export class FieldNames {
  readonly #known = new Map<string, FieldName>();
  readonly #limit: number;

  /** @param limit  spellings kept; a client that invents names only empties the memory */
  constructor(limit: number) {
    this.#limit = limit;
  }

  of(spelling: string): FieldName {
    const known = this.#known.get(spelling);
    if (known !== undefined) return known;
    if (spelling.length > MAX_KEPT_LENGTH) return readFieldName(spelling);
    if (this.#known.size >= this.#limit) this.#known.clear();
    const name = readFieldName(spelling);
    this.#known.set(unshared(spelling), name);
    return name;
  }
}

function readFieldName(spelling: string): FieldName {
  const folded = foldHeaderName(spelling);
  return {
    lower: spelling.toLowerCase(),
    folded,
    // `Proxy` alone becomes HTTP_PROXY for a CGI program (httpoxy, CVE-2016-5385).
    isHopByHop: HOP_BY_HOP.has(folded) || folded === 'proxy' || folded.startsWith('proxy-'),
    isVouched: isVouchedName(folded),
  };
}

/** A copy of its own: a name that was cut out of a head would keep the whole head in memory. */
function unshared(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
