/** Settings of the store that do not belong together. @module */
import type { Finding, Path } from './problem.ts';
import type { Settings } from './schema.ts';
import { bothTwins, halfCertificate } from './tls-contradictions.ts';

const STORE: Path = ['store'];

/** Every contradiction within the store's settings. */
export function storeContradictions({ store, store_file: file }: Settings): readonly Finding[] {
  const twins = { isAboutKey: true, remedy: 'keep one of them' } as const;
  if (store === undefined) return [];
  const urls: Path[] = [[...STORE, 'url'], [...STORE, 'url_file'], ['store_file']];
  const findings: Finding[] = [];
  if (file !== undefined) {
    const problem = 'stands beside store, and only one of them can name the database';
    findings.push({ path: ['store_file'], problem, ...twins });
  } else if (store.url !== undefined && store.url_file !== undefined) {
    const problem = 'stands beside url, and only one of them can be meant';
    findings.push({ path: [...STORE, 'url_file'], problem, ...twins });
  } else if (store.url === undefined && store.url_file === undefined) {
    const remedy = 'add url or url_file, or remove store for a SQLite file in data_dir';
    findings.push({ path: STORE, problem: 'names no database', remedy, compares: urls });
  }
  return [...findings, ...bothTwins(STORE, store), ...halfCertificate(STORE, store)];
}
