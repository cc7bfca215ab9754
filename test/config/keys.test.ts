import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatProblem, loadConfig } from '../../src/config/load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  return () => rmSync(folder, { recursive: true });
});

function load(keys: string, env: Record<string, string> = {}) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, `upstream: http://127.0.0.1:9\npublic_url: http://127.0.0.1\n${keys}\n`);
  return loadConfig({ file, env });
}
const problems = (keys: string) => {
  const loaded = load(keys);
  return loaded.ok
    ? []
    : loaded.problems.map((problem) => formatProblem(problem).replace(folder, ''));
};

describe('the place of the keys', () => {
  it('is keys.json in the data directory, a file, or a text from outside', () => {
    writeFileSync(join(folder, 'k'), 'a b c');
    const keysOf = (yaml: string, env = {}) => {
      const loaded = load(yaml, env);
      return loaded.ok ? { ...loaded.config.keys } : undefined;
    };
    const none = { file: undefined, rings: undefined, rotateAfterMs: undefined };
    expect(keysOf('')).toEqual(none);
    expect(keysOf('keys: { file: a/k.json, rotate_after: 90d }')).toEqual({
      ...{ ...none, file: join(folder, 'a/k.json'), rotateAfterMs: 90 * 86_400_000 },
    });
    expect(keysOf('keys: { rings_file: k }')?.rings?.reveal()).toBe('a b c');
    expect(keysOf('', { SALLYPORT_KEYS_RINGS: 'c2VjcmV0' })?.rings?.reveal()).toBe('c2VjcmV0');
    expect(JSON.stringify(keysOf('keys: { rings_file: k }'))).not.toContain('a b c');
  });

  it.each([
    ['keys: { rings: x, rings_file: k }', /:3:19: keys\.rings_file: stands beside rings/],
    ['keys: { rings: x, file: k }', /:3:19: keys\.file: stands beside rings/],
    ['keys: { rings: x, rotate_after: 90d }', /:3:19: keys\.rotate_after: cannot change keys/],
    ['keys: { rings_file: gone }', /:3:21: keys\.rings_file: the file does not exist/],
    ['keys: { rotate_after: 5m }', /:3:23: keys\.rotate_after: /],
  ])('refuses %s where it stands', (yaml, sentence) => {
    expect(problems(yaml).join('\n')).toMatch(sentence);
  });
});
