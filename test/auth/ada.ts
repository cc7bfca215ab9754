/** Ada, who has an account, and how she signs in. @module */
import { Secret } from '../../src/core/secret.ts';
import {
  codeAt,
  openTestRoom,
  PASSWORD,
  type TestRoom,
  type TestRoomOptions,
} from './test-room.ts';
import type { Answer, Visitor } from './visitor.ts';

const STEP_MS = 30_000;

/** A room in which Ada has an account with a password and an app. */
export async function roomWithAda(options: TestRoomOptions = {}) {
  const room = await openTestRoom(options);
  const added = await room.administration.addUser({
    name: 'ada',
    password: new Secret(PASSWORD),
    totpSecret: undefined,
    groups: ['lab'],
  });
  if (!added.ok) throw new Error(JSON.stringify(added.problems));
  const recoveryCodes = added.recoveryCodes.map((code) => code.reveal());
  return { room, uri: added.uri.reveal(), recoveryCodes };
}

/** The next code that has not been used: time moves on by a step. */
export function freshCode(room: TestRoom, uri: string): string {
  room.clock.advance(STEP_MS);
  return codeAt(uri, room.clock.nowMs());
}

/** Signs Ada in through the form. */
export const signIn = (
  visitor: Visitor,
  { room, uri, returnTo }: { room: TestRoom; uri: string; returnTo?: string },
): Promise<Answer> => {
  const query = returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  const code = freshCode(room, uri);
  const fields = { username: 'ada', password: PASSWORD, code };
  return visitor.submit(`${room.prefix}/login${query}`, `${room.prefix}/login`, fields);
};
