/** Which files a configuration consists of beside its own. @module */
import { resolve } from 'node:path';

/** Absolute paths of whatever stands under a key that ends in `_file`. */
export function namedFiles(settings: unknown, baseDir: string): readonly string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'string' && key.endsWith('_file')
      ? [resolve(baseDir, value)]
      : namedFiles(value, baseDir),
  );
}
