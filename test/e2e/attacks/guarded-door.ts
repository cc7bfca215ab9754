/** A door with every kind of route in front of an upstream that records each byte. @module */
import { afterAll, beforeAll } from 'vitest';
import {
  answerEach,
  EMPTY_200,
  type RecordingUpstream,
  startRecordingUpstream,
} from '../../proxy/recording-upstream.ts';
import { Client } from '../client.ts';
import { addPerson, type Person, signIn } from '../people.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';

export interface GuardedDoor {
  readonly door: TestDoor;
  readonly upstream: RecordingUpstream;
  /** Signed in, without a group. */
  readonly ada: { readonly client: Client; readonly person: Person };
  /** How many requests have reached the upstream so far. */
  reached(): number;
}

/** Opens it for one file of tests; `/open` is public, `/crew` asks a group, `/off` is denied. */
export function useGuardedDoor(extraYaml = ''): { readonly at: () => GuardedDoor } {
  let guarded: GuardedDoor;
  beforeAll(async () => {
    const upstream = await startRecordingUpstream(answerEach(EMPTY_200));
    const to = upstream.upstream.origin;
    const door = await openTestDoor({
      yaml: [
        'routes:',
        `  - { path: /open, access: public, upstream: "${to}" }`,
        `  - { path: /crew, access: { groups: [crew] }, upstream: "${to}" }`,
        '  - { path: /off, access: deny }',
        `  - { path: /, access: signed-in, upstream: "${to}" }`,
        extraYaml,
      ].join('\n'),
    });
    const client = new Client(door.origin);
    const person = await addPerson(door, 'ada');
    await signIn(client, person);
    const reached = () => upstream.requestLines().length;
    guarded = { door, upstream, ada: { client, person }, reached };
  });
  afterAll(async () => {
    await guarded.door[Symbol.asyncDispose]();
    await guarded.upstream[Symbol.asyncDispose]();
  });
  return { at: () => guarded };
}
