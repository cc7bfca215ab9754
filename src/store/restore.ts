/** Brings a backup back, so that what has ended since stays ended (ADR 25). @module */
import { chmod, copyFile, stat } from 'node:fs/promises';
import { codeOf } from '../core/error-code.ts';
import { DoorError, StartupError } from '../core/errors.ts';
import { cutoffEntry } from '../core/session-cutoff.ts';
import { nameStore, refuseBusyFile, refuseBusyServer } from './alone.ts';
import { removeDatabase } from './backup.ts';
import type { Credential } from './contract/credentials.ts';
import { copyTables, highestFeedId, isUnused, type RowCounts, raiseFeed } from './copy.ts';
import { toCredential } from './credentials.ts';
import type { Db, Engine, Tx } from './engine.ts';
import { openEngine, type StoreOptions } from './open.ts';
import { checkDatabaseFile, isDraftInUse } from './sqlite-file.ts';

/** Credentials in memory at once. */
const BATCH = 500;

/** Which backup, and what the rules say of its credentials. */
export interface RestoreOptions {
  readonly file: string;
  /** Absolute path of a private copy to work on; removed afterwards. */
  readonly draft: string;
  readonly mayReplace: boolean;
  /** The step to count as spent; undefined when the present keys do not open the credential. */
  readonly stepOf: (credential: Credential) => number | undefined;
}

/**
 * Fills the store from a backup in one transaction: whenever it is killed, the store is the old
 * one or the new one. The backup itself is only read.
 *
 * @throws StartupError when backup, keys and store do not fit; nothing was changed then
 * @throws DoorError `E_STORE_DOWN`
 */
export async function restoreBackup(
  store: StoreOptions,
  options: RestoreOptions,
): Promise<RowCounts> {
  const { draft, file } = options;
  refuseBusyFile(store.address);
  if (isDraftInUse(draft)) throw new StartupError('Another restore is running: wait for it.');
  await removeDatabase(draft);
  try {
    await takeCopy(file, draft);
    checkDatabaseFile(draft, file);
    const source = await openEngine({ ...store, address: { kind: 'sqlite', path: draft } }, file);
    try {
      await checkKeys(source, options);
      return await fill(store, source, options);
    } finally {
      await source.close();
    }
  } finally {
    await removeDatabase(draft);
  }
}

/** An older backup is brought to the newest version, and not in the operator's own file. */
async function takeCopy(file: string, draft: string): Promise<void> {
  const log = await stat(`${file}-wal`).catch(() => undefined);
  if (log !== undefined && log.size > 0) {
    throw new StartupError(
      `${file} is a database in use and no backup: make one with "sallyport backup". ` +
        'Nothing was changed.',
    );
  }
  try {
    await copyFile(file, draft);
    await chmod(draft, 0o600);
  } catch (error) {
    throw new StartupError(`${file} ${problemOf(error)}. Nothing was changed.`, 1, error);
  }
}

function problemOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist: check the path';
  if (code === 'EISDIR') return 'is a folder: name the file that "sallyport backup" has written';
  if (code === 'EACCES') return 'may not be read by this user: check its owner and its mode';
  return `cannot be copied (${error instanceof Error ? error.message : String(error)})`;
}

async function checkKeys(source: Engine, { file, stepOf }: RestoreOptions): Promise<void> {
  await source.snapshot(async (db) => {
    for await (const credential of readCredentials(db)) {
      if (stepOf(credential) !== undefined) continue;
      throw new StartupError(
        `The keys of this installation do not open ${file}: put back the keys.json that belongs ` +
          'to it. Nothing was changed.',
      );
    }
  });
}

async function fill(
  store: StoreOptions,
  source: Engine,
  options: RestoreOptions,
): Promise<RowCounts> {
  const target = await openEngine(store);
  try {
    await refuseBusyServer(target, store.address);
    const feedId = await target.snapshot(async (db) => {
      if (!options.mayReplace && !(await isUnused(db))) throw inhabited(store);
      return highestFeedId(target, db);
    });
    await source.write(async (tx) => {
      await spendSteps(tx, options);
      await endWhatWasOpen(source, tx, { feedId, nowMs: store.clock.nowMs() });
    });
    return await target.write((tx) => copyTables(source, { engine: target, tx }));
  } finally {
    await target.close();
  }
}

/** A code that was accepted after the backup must not be accepted a second time. */
async function spendSteps(tx: Tx, { stepOf }: RestoreOptions): Promise<void> {
  for await (const credential of readCredentials(tx)) {
    const step = stepOf(credential);
    if (step === undefined) throw new DoorError('E_INTERNAL', 'a checked credential has changed');
    if (step === credential.lastStep) continue;
    await tx
      .updateTable('credential')
      .set({ last_step: step })
      .where('id', '=', credential.id)
      .execute();
  }
}

/** Nothing says which sessions, invites and flows have ended since the backup: all of them do. */
async function endWhatWasOpen(
  source: Engine,
  tx: Tx,
  { feedId, nowMs }: { readonly feedId: number; readonly nowMs: number },
): Promise<void> {
  for (const table of ['session', 'invite', 'flow'] as const) await tx.deleteFrom(table).execute();
  await raiseFeed(source, tx, feedId);
  const { sid, expiresAtMs } = cutoffEntry(nowMs);
  await tx.insertInto('revocation').values({ sid, expires_at_ms: expiresAtMs }).execute();
}

async function* readCredentials(db: Db): AsyncGenerator<Credential> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('credential')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const row of rows) yield toCredential(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.id;
  }
}

const inhabited = ({ address }: StoreOptions) =>
  new StartupError(
    `Somebody lives in ${nameStore(address)} already: back it up, then replace it with --force. ` +
      'Nothing was changed.',
  );
