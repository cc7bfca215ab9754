/** What a request costs in one process: one run, one table, ratios beside it. @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStatic } from './nginx.ts';
import { LOAD_CORE } from './process.ts';
import { measureRequests, type Row } from './requests.ts';
import { promisesOf, requestTable, transferTable } from './tables.ts';
import { measureColdStart, measureIdleSockets, measureTransfers } from './transfers.ts';
import { measureVerify, verifyTable } from './verify.ts';

const IDLE_SOCKETS = 2_000;

/** Prints the tables of docs/performance.md. */
export async function benchOneProcess({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const rounds = isQuick ? { count: 1, seconds: 2 } : { count: 15, seconds: 2 };
  const transferRounds = isQuick ? 1 : 3;

  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const upstream = await startStatic(folder, LOAD_CORE);
  try {
    print(`Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model.trim()}`);
    print(`${rounds.count} rounds of ${rounds.seconds} s, medians; subject on one core.\n`);
    const rows: readonly Row[] = await measureRequests(folder, upstream.port, rounds);
    print(requestTable(rows));
    const transfers = await measureTransfers(folder, upstream.port, transferRounds);
    print(`\n${transferTable(transfers)}`);
    print(`\n${verifyTable(await measureVerify(folder, rounds))}`);
    const perSocketKb = await measureIdleSockets(folder, IDLE_SOCKETS);
    print(`\nIdle WebSocket (${IDLE_SOCKETS}): ${perSocketKb.toFixed(1)} KB of memory each`);
    print(
      `Cold start to first answer: ${(await measureColdStart(folder, upstream.port)).toFixed(0)} ms`,
    );
    print(`\n${promisesOf({ rows, transfers, perSocketKb })}`);
  } finally {
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
