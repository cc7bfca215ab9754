/** Another program that holds the database. @module */
import { DatabaseSync } from 'node:sqlite';
import type { Site } from './site.ts';

/** Takes the write lock; the returned function lets go. */
export function lockStore({ door }: Site): () => void {
  const files = new DatabaseSync(`${door.config.dataDir}/sallyport.db`);
  files.exec('BEGIN EXCLUSIVE');
  return () => {
    files.exec('ROLLBACK');
    files.close();
  };
}
