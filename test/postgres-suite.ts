/** Suites that need PostgreSQL. @module */
import { describe } from 'vitest';
import { hasPostgres } from './postgres-server.ts';

/** A suite on PostgreSQL; skipped, with the reason in the closing lines, where it is missing. */
export function describeWithPostgres(title: string, suite: () => void): void {
  const reason = hasPostgres() ? '' : '[needs postgresql] ';
  describe.skipIf(!hasPostgres())(`${reason}${title}`, suite);
}
