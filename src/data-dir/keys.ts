/** What `keys.json` says. Nothing in here ever repeats the text: it is all secret. @module */
import { z } from 'zod';
import { StartupError } from '../core/errors.ts';
import { type KeySet, makeNameKey } from '../core/key-set.ts';
import type { Random } from '../core/ports.ts';
import type { Secret } from '../core/secret.ts';
import type { Ring, RingKey } from './ring.ts';

/** A file that was never changed stays at version 1. */
const VERSION = 2;
const KEY_BYTES = 32;

/** The two rings: what browsers carry and what the database holds never share a key. */
export interface Rings {
  readonly sealKeys: KeySet;
  readonly storeKeys: KeySet;
}

/** All that `keys.json` says. */
export interface KeyFile {
  readonly seal: Ring;
  readonly store: Ring;
  /** Makes throttle keys of names; it never rotates (ADR 24). */
  readonly nameKey: Uint8Array;
}

const keyId = z.string().regex(/^[a-z0-9]{1,32}$/, 'not a key id (a-z and 0-9, up to 32)');

const key = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === KEY_BYTES && bytes.toString('base64') === text) return new Uint8Array(bytes);
  context.addIssue({ code: 'custom', message: `not ${KEY_BYTES} bytes in base64` });
  return z.NEVER;
});

const time = z.int().nonnegative().nullable();

const bareKey = key.transform((bytes): RingKey => ({ bytes, addedAtMs: null, replacedAtMs: null }));

const datedKey = z.strictObject({ key, added_at_ms: time, replaced_at_ms: time }).transform(
  (dated): RingKey => ({
    bytes: dated.key,
    addedAtMs: dated.added_at_ms,
    replacedAtMs: dated.replaced_at_ms,
  }),
);

const ringOf = (entry: typeof bareKey | typeof datedKey) =>
  z
    .strictObject({ current: keyId, keys: z.record(keyId, entry) })
    .transform(
      ({ current, keys }): Ring => ({ currentId: current, keys: new Map(Object.entries(keys)) }),
    )
    .refine(({ currentId, keys }) => keys.has(currentId), 'the current key is not there');

const firstFile = z
  .strictObject({ version: z.literal(1), seal: ringOf(bareKey), store: ringOf(bareKey) })
  .transform(
    ({ seal, store }): KeyFile => ({ seal, store, nameKey: makeNameKey(toKeySet(store)) }),
  );

const secondFile = z
  .strictObject({
    version: z.literal(2),
    seal: ringOf(datedKey),
    store: ringOf(datedKey),
    names: key,
  })
  .transform(({ seal, store, names }): KeyFile => ({ seal, store, nameKey: names }));

/**
 * Reads the text of `keys.json`.
 *
 * @param label  the file's path, for the sentence
 * @throws StartupError without a cause: parsers quote what they were given
 */
export function parseKeys(text: string, label: string): KeyFile {
  const json = parseJson(text, label);
  const version = z.looseObject({ version: z.int() }).safeParse(json);
  if (version.success && version.data.version > VERSION) {
    throw new StartupError(
      `${label} has version ${version.data.version}, and this Sallyport knows versions up to ` +
        `${VERSION}: start the newer Sallyport that wrote it.`,
    );
  }
  const isSecond = version.success && version.data.version === 2;
  const parsed = (isSecond ? secondFile : firstFile).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(label, `at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`);
}

/**
 * Reads keys that come from outside: the text of a `keys.json`, or that in base64, which
 * fits into a variable.
 *
 * @throws StartupError likewise
 */
export function parseGiven(rings: Secret): KeyFile {
  const text = rings.reveal().trim();
  const isPlain = text.startsWith('{');
  return parseKeys(isPlain ? text : Buffer.from(text, 'base64').toString('utf8'), 'keys.rings');
}

/** The counterpart of {@link parseGiven}, in base64. */
export const formatGiven = (file: KeyFile): string => base64(Buffer.from(formatKeys(file)));

function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text, (name, value) => {
      // Kept by JSON.parse, lost by most code that copies objects: refused before either.
      if (name === '__proto__') throw new TypeError('__proto__');
      return value;
    });
  } catch (error) {
    const problem = error instanceof TypeError ? 'it uses __proto__ as a name' : 'it is no JSON';
    throw damaged(label, problem);
  }
}

const damaged = (label: string, problem: string) =>
  new StartupError(`${label} is damaged (${problem}): restore it from a backup.`);

const toKeySet = ({ currentId, keys }: Ring): KeySet => ({
  currentId,
  keys: new Map([...keys].map(([id, { bytes }]) => [id, bytes])),
  replacedIds: new Set([...keys].flatMap(([id, key]) => (key.replacedAtMs === null ? [] : [id]))),
});

/** What those who seal and open need of the file. */
export function toRings({ seal, store, nameKey }: KeyFile): Rings {
  return { sealKeys: toKeySet(seal), storeKeys: { ...toKeySet(store), nameKey } };
}

/** Draws a root key that has not sealed anything yet, and its id. */
export function drawKey(
  random: Random,
  nowMs: number,
): { readonly id: string; readonly key: RingKey } {
  const id = Buffer.from(random.bytes(4)).toString('hex');
  return { id, key: { bytes: random.bytes(KEY_BYTES), addedAtMs: nowMs, replacedAtMs: null } };
}

/** Draws both rings, as the text of a new file. */
export function formatNewKeys(random: Random): string {
  const ring = () => {
    const { id, key: drawn } = drawKey(random, 0);
    return { current: id, keys: { [id]: base64(drawn.bytes) } };
  };
  return toText({ version: 1, seal: ring(), store: ring() });
}

/** Writes changed rings as the text of `keys.json`. */
export function formatKeys({ seal, store, nameKey }: KeyFile): string {
  const names = base64(nameKey);
  return toText({ version: VERSION, seal: formatRing(seal), store: formatRing(store), names });
}

const formatRing = ({ currentId, keys }: Ring) => ({
  current: currentId,
  keys: Object.fromEntries(
    [...keys].map(([id, { bytes, addedAtMs, replacedAtMs }]) => [
      id,
      { key: base64(bytes), added_at_ms: addedAtMs, replaced_at_ms: replacedAtMs },
    ]),
  ),
});

const toText = (file: object) => `${JSON.stringify(file, null, 2)}\n`;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
