/** Threat: a header that asks for another method than the one that was judged. @module */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import {
  answerEach,
  EMPTY_200,
  type RecordingUpstream,
  startRecordingUpstream,
} from '../../proxy/recording-upstream.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';

const OVERRIDES = [
  'X-HTTP-Method-Override',
  'X_HTTP_Method_Override',
  'X-HTTP-Method',
  'X-Method-Override',
];

let upstream: RecordingUpstream;

beforeAll(async () => {
  upstream = await startRecordingUpstream(answerEach(EMPTY_200));
});

afterAll(() => upstream[Symbol.asyncDispose]());

async function seenThrough(yaml: string): Promise<string> {
  await using door: TestDoor = await openTestDoor({ yaml });
  const before = upstream.received().length;
  const lines = OVERRIDES.map((name) => `${name}: DELETE`);
  const answer = await exchange(door.port, head('GET /x', 'Connection: close', ...lines));
  expect(statusOf(answer)).toBe(200);
  return upstream.received().slice(before);
}

describe('a request for a GET', () => {
  it('cannot ask to be taken for a DELETE where a rule goes by the method', async () => {
    const to = upstream.upstream.origin;
    const seen = await seenThrough(
      `routes:\n  - { methods: [GET], access: public, upstream: "${to}" }\n  - { access: { groups: [crew] }, upstream: "${to}" }`,
    );
    expect(seen).not.toContain('DELETE');
  });

  it('keeps its headers where no rule does', async () => {
    const to = upstream.upstream.origin;
    const seen = await seenThrough(`routes:\n  - { access: public, upstream: "${to}" }`);
    expect(seen.match(/DELETE/g)).toHaveLength(OVERRIDES.length);
  });
});
