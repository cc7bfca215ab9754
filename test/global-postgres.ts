/** Starts the PostgreSQL of a run before its first test and stops it after the last. @module */
import { startPostgres } from './postgres.ts';
import { hasPostgres } from './postgres-server.ts';

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Once for all projects.
  if (!hasPostgres() || process.env.TEST_POSTGRES_PORT !== undefined) return undefined;
  const server = await startPostgres();
  process.env.TEST_POSTGRES_PORT = String(server.port);
  return () => server.dispose();
}
