/** What `keys.json` says. Nothing in here ever repeats the text: it is all secret. @module */
import { z } from 'zod';
import { StartupError } from '../core/errors.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Random } from '../core/ports.ts';

const VERSION = 1;
const KEY_BYTES = 32;

/** The two rings: what browsers carry and what the database holds never share a key. */
export interface Rings {
  readonly sealKeys: KeySet;
  readonly storeKeys: KeySet;
}

const keyId = z.string().regex(/^[a-z0-9]{1,32}$/, 'not a key id (a-z and 0-9, up to 32)');

const key = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === KEY_BYTES && bytes.toString('base64') === text) return new Uint8Array(bytes);
  context.addIssue({ code: 'custom', message: `not ${KEY_BYTES} bytes in base64` });
  return z.NEVER;
});

const ring = z
  .strictObject({ current: keyId, keys: z.record(keyId, key) })
  .transform(
    ({ current, keys }): KeySet => ({
      currentId: current,
      keys: new Map(Object.entries(keys)),
    }),
  )
  .refine(({ currentId, keys }) => keys.has(currentId), 'the current key is not there');

const keysFile = z.strictObject({ version: z.literal(VERSION), seal: ring, store: ring });

/**
 * Reads the text of `keys.json`.
 *
 * @param label  the file's path, for the sentence
 * @throws StartupError without a cause: parsers quote what they were given
 */
export function parseKeys(text: string, label: string): Rings {
  const json = parseJson(text, label);
  const version = z.looseObject({ version: z.int() }).safeParse(json);
  if (version.success && version.data.version > VERSION) {
    throw new StartupError(
      `${label} has version ${version.data.version}, and this Sallyport knows versions up to ` +
        `${VERSION}: start the newer Sallyport that wrote it.`,
    );
  }
  const parsed = keysFile.safeParse(json);
  if (parsed.success) return { sealKeys: parsed.data.seal, storeKeys: parsed.data.store };
  const [issue] = parsed.error.issues;
  throw damaged(label, `at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`);
}

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

/** Draws both rings. */
export function makeKeys(random: Random): Rings {
  return { sealKeys: makeRing(random), storeKeys: makeRing(random) };
}

function makeRing(random: Random): KeySet {
  const currentId = Buffer.from(random.bytes(4)).toString('hex');
  return { currentId, keys: new Map([[currentId, random.bytes(KEY_BYTES)]]) };
}

/** Writes rings as the text of `keys.json`. */
export function formatKeys({ sealKeys, storeKeys }: Rings): string {
  const file = { version: VERSION, seal: formatRing(sealKeys), store: formatRing(storeKeys) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const formatRing = ({ currentId, keys }: KeySet) => ({
  current: currentId,
  keys: Object.fromEntries([...keys].map(([id, key]) => [id, Buffer.from(key).toString('base64')])),
});
