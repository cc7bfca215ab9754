/** Schema of `keys`: where the root keys are, and when they are replaced. @module */
import * as z from 'zod';
import { Secret } from '../core/secret.ts';
import type { Finding } from './problem.ts';
import { duration, section } from './scalars.ts';
import { fileName } from './schema-tls.ts';

/** The section. */
export const keysSchema = section({
  file: fileName().describe('File of the root keys; without it keys.json in data_dir.'),
  rings: z
    .string({ error: 'the content of a keys.json, as it is or in base64' })
    .transform((text) => new Secret(text))
    .optional()
    .describe('The root keys themselves; prefer rings_file.'),
  rings_file: fileName().describe('File that holds rings; the door never changes it.'),
  rotate_after: duration({ min: '1d', max: '3650d' })
    .optional()
    .describe('Age at which keys are replaced without an operator; without it never.'),
});

/** Those keys, their scalars parsed. */
export type KeysSettings = z.output<typeof keysSchema>;

/** Root keys in two places, or in one that nobody may change and yet is to be changed. */
export function keysContradictions({ keys }: { readonly keys: KeysSettings }): readonly Finding[] {
  const given = (['rings', 'rings_file'] as const).filter((key) => keys[key] !== undefined);
  const [first, second] = given;
  if (first === undefined) return [];
  const twice = [...(keys.file === undefined ? [] : (['file'] as const)), ...given.slice(1)];
  const findings = twice.map((key): Finding => {
    const problem = `stands beside ${second === key ? first : given[0]}, and only one of them can be meant`;
    return { path: ['keys', key], isAboutKey: true, problem, remedy: 'keep one of them' };
  });
  if (keys.rotate_after === undefined) return findings;
  const problem = `cannot change keys that are given by ${first}`;
  const remedy = 'remove it, or let the keys be in a file';
  return [...findings, { path: ['keys', 'rotate_after'], isAboutKey: true, problem, remedy }];
}
