/** Starts the PostgreSQL of a run before its first test and stops it after the last. @module */
import { hasPostgres, startPostgres } from './postgres.ts';

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!hasPostgres()) return undefined;
  const server = await startPostgres();
  process.env.SALLYPORT_TEST_POSTGRES_PORT = String(server.port);
  return () => server.dispose();
}
