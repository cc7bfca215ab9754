/** How the `keys` commands read and change the rings of an installation. @module */
import type { Config } from '../../config/config.ts';
import { systemRandom as random } from '../../core/ports.ts';
import { changeKeys } from '../../data-dir/change-keys.ts';
import { openDataDir } from '../../data-dir/data-dir.ts';
import { formatGiven, type KeyFile, parseGiven } from '../../data-dir/keys.ts';
import { readKeysFile } from '../../data-dir/keys-file.ts';
import type { RingChange, RingRefusal } from '../../data-dir/ring.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine, printLine } from '../io.ts';

/**
 * Changes the keys where they are: in their file, or, where they come from outside, in a
 * text for the operator to put in place. That text is all that standard output gets then.
 */
export async function applyChange(
  io: Io,
  { config, confirm }: { readonly config: Config; readonly confirm?: () => Promise<void> },
  change: (file: KeyFile) => KeyFile,
): Promise<'in-file' | 'printed'> {
  const { rings } = config.keys;
  if (rings !== undefined) {
    const after = change(parseGiven(rings));
    await confirm?.();
    printLine(io, formatGiven(after));
    noteLine(io, 'Put this in place of the keys everywhere, and restart one door after the other.');
    return 'printed';
  }
  const { keysFile } = await openDataDir(config.dataDir, { random, keys: config.keys });
  if (keysFile === undefined) return 'printed';
  await changeKeys(keysFile, { random, ...(confirm && { confirm }) }, change);
  return 'in-file';
}

/** The keys as they are. */
export async function readKeys({ keys, dataDir }: Config): Promise<KeyFile | undefined> {
  if (keys.rings !== undefined) return parseGiven(keys.rings);
  const { keysFile } = await openDataDir(dataDir, { random, keys });
  return keysFile === undefined ? undefined : readKeysFile(keysFile);
}

const SENTENCES: Readonly<Record<Exclude<RingRefusal, 'needed'>, string>> = {
  unknown: 'The ring has no such key: see "sallyport keys list".',
  'seals-already': 'This key is the one that seals already: nothing is left to do.',
  issues: 'This key is the one that seals: activate another one before it can go.',
  'too-young':
    'A process may not have this key yet: wait ten seconds after adding it, or say --force.',
};

/** The one refusal that ends by itself says when. */
const neededUntil = (ms = 0): string =>
  `This key may be needed until ${new Date(ms).toISOString()}: retire it then. Of a key of cookies, ` +
  '--now signs out those whose cookies it has sealed.';

type Refused = Extract<RingChange, { readonly ok: false }>;

/** Why a ring stays as it is, for the person at the terminal. */
export const refusal = ({ reason, neededUntilMs }: Refused): CommandError =>
  new CommandError(
    reason === 'needed' ? neededUntil(neededUntilMs) : SENTENCES[reason],
    reason === 'unknown' ? EXIT.notFound : EXIT.refused,
  );
