/** Passwords as argon2id hashes, with a bound on the work in flight. @module */
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { DoorError } from '../core/errors.ts';
import type { Random } from '../core/ports.ts';
import { createWorkLimit } from './work-limit.ts';

/** Code points, after normalising. */
export const PASSWORD_MIN_LENGTH = 12;
/** Code points; more is refused, not cut. */
export const PASSWORD_MAX_LENGTH = 256;

/** Hashes new passwords and verifies typed ones. */
export interface Passwords {
  /** @returns a PHC string; throws DoorError E_BUSY when too many are waiting */
  hash(password: string): Promise<string>;
  /**
   * Costs one computation for every input, also for those that cannot match.
   *
   * @throws DoorError E_BUSY when too many are waiting
   * @throws DoorError E_INTERNAL if `phc` is not one of our hashes
   */
  verify(password: string, phc: string): Promise<boolean>;
  /** A well-formed hash that no password has; what unknown names are compared with. */
  decoyHash(): string;
}

// OWASP's first choice for argon2id: 19 MiB and two passes, some 50 ms of one core. More
// memory would let fewer people sign in at once on the small machines that doors run on.
const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

// Three leave one of libuv's four threads to files and names; 40 wait about a second. A flood
// of sign-ups, which hash, must not keep people from signing in, which verifies.
const VERIFYING = { maxRunning: 2, maxWaiting: 40 };
const HASHING = { maxRunning: 1, maxWaiting: 8 };

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Uint8Array;
  readonly tagLength: number;
}

/** Hashes and verifies, in two queues. */
export function createPasswords(deps: { readonly random: Random }): Passwords {
  const verifying = createWorkLimit(VERIFYING);
  const hashing = createWorkLimit(HASHING);
  return {
    async hash(password) {
      const parameters = currentParameters(deps.random.bytes(SALT_BYTES));
      return toPhc(parameters, await hashing.run(() => compute(password, parameters)));
    },
    async verify(password, phc) {
      const { expected, ...parameters } = parsePhc(phc);
      const isLengthPossible = isBounded(password);
      const text = isLengthPossible ? password : '';
      const actual = await verifying.run(() => compute(text, parameters));
      return timingSafeEqual(actual, expected) && isLengthPossible;
    },
    decoyHash: () =>
      toPhc(currentParameters(deps.random.bytes(SALT_BYTES)), deps.random.bytes(HASH_BYTES)),
  };
}

/**
 * The form that is hashed: the same password typed on a phone and on a laptop may
 * arrive composed or decomposed (RFC 8265 §4.2 takes NFC; NFKC also folds full-width).
 */
export function normalise(password: string): string {
  return password.normalize('NFKC');
}

const argon2id = promisify(argon2);

const compute = (password: string, parameters: Parameters) =>
  argon2id('argon2id', { message: normalise(password), ...parameters });

// Measured before normalising: NFKC of a megabyte is work too.
const isBounded = (password: string) => password.length <= 2 * PASSWORD_MAX_LENGTH;

const currentParameters = (nonce: Uint8Array): Parameters => ({
  memory: MEMORY_KIB,
  passes: PASSES,
  parallelism: PARALLELISM,
  nonce,
  tagLength: HASH_BYTES,
});

function toPhc(parameters: Parameters, hash: Uint8Array): string {
  const { memory, passes, parallelism, nonce } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(hash)}`;
}

function parsePhc(phc: string): Parameters & { readonly expected: Uint8Array } {
  const [, memory, passes, parallelism, salt, hash] = PHC.exec(phc) ?? [];
  if (salt === undefined || hash === undefined) {
    throw new DoorError('E_INTERNAL', 'a stored password hash is not argon2id in PHC form');
  }
  const expected = Buffer.from(hash, 'base64');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
    expected,
  };
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
