/** SIGKILL at any moment: what was acknowledged is there, and nothing is half there. @module */
import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasPostgres } from '../postgres-server.ts';
import { createDice } from './kills/dice.ts';
import { type Counts, killAgainAndAgain, type Report } from './kills/loop.ts';
import { MortalDoor, type StoreKind } from './kills/mortal-door.ts';

/** `TEST_KILLS=500` makes the loop as long as one likes, `TEST_SEED` throws the same dice again. */
const KILLS = Number(process.env.TEST_KILLS ?? 50);
const SEED = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
/** Hashing a password takes longer than all the rest: a fifth of the kills has to do. */
const WITH_PASSWORD = Math.ceil(KILLS / 5);
const EACH_WITHIN_MS = 10_000;

const STORES: readonly { readonly kind: StoreKind; readonly name: string }[] = [
  { kind: 'sqlite', name: 'SQLite' },
  { kind: 'postgres', name: hasPostgres() ? 'PostgreSQL' : '[needs postgresql] PostgreSQL' },
];

const WAYS = [
  { factors: '[totp]', kills: KILLS - WITH_PASSWORD },
  { factors: '[password, totp]', kills: WITH_PASSWORD },
];

for (const { kind, name } of STORES) {
  const isMissing = kind === 'postgres' && !hasPostgres();
  describe.skipIf(isMissing)(`a door on ${name} that is killed`, () => {
    it(
      'keeps what it has acknowledged, and nothing by halves',
      async () => {
        const sum = { acknowledged: 0, unsaid: 0, undone: 0 };
        for (const { factors, kills } of WAYS) {
          const title = `${name}, ${factors}, TEST_SEED=${SEED}`;
          const onProgress = (report: Report) =>
            process.stdout.write(`${title}: ${describeReport(report)}`);
          process.stdout.write(`${title}\n`);
          await using door = await MortalDoor.open(kind, factors);
          const plan = { count: kills, onProgress };
          const report = await killAgainAndAgain(door, createDice(SEED), plan).catch((cause) => {
            throw new Error(`${title}: ${String(cause)}`, { cause });
          });
          onProgress(report);
          for (const tally of report.tallies.values()) add(sum, tally);
        }
        // Else every kill came too early, or too late, and the loop has shown nothing.
        expect(sum.acknowledged, 'kills after the answer').toBeGreaterThan(0);
        expect(sum.unsaid + sum.undone, 'kills before the answer').toBeGreaterThan(0);
      },
      KILLS * EACH_WITHIN_MS,
    );
  });
}

function add(sum: Counts, { acknowledged, unsaid, undone }: Counts): void {
  sum.acknowledged += acknowledged;
  sum.unsaid += unsaid;
  sum.undone += undone;
}

function describeReport({ kills, longestHoldMs, tallies }: Report): string {
  const lines = [...tallies].map(
    ([flow, { acknowledged, unsaid, undone }]) =>
      `  ${flow}: ${acknowledged} acknowledged, ${unsaid} done but unsaid, ${undone} not done\n`,
  );
  const holdMs = Math.round(longestHoldMs);
  return `${kills} kills, locks held for ${holdMs} ms at most\n${lines.join('')}`;
}
