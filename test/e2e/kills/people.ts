/** People whom a kill meets half-way: what they know, what they send. @module */
import { Client, hiddenFields, type Page } from '../client.ts';
import { codeFrom, PASSWORD } from '../people.ts';
import type { MortalDoor } from './mortal-door.ts';

/** Somebody who has signed up, and is signed in. */
export interface Person {
  readonly name: string;
  /** Of the app whose current step is spent; the next one is not. */
  readonly uri: string;
  readonly recoveryCodes: readonly string[];
  readonly client: Client;
}

/** The names of the fields that the sign-in form has for each. */
export type Proof = { readonly code: string } | { readonly recovery_code: string };

/** An app that has been shown and waits for its first code. */
export interface PendingApp {
  readonly uri: string;
  readonly code: string;
  /** Sends the first code; the same form again after a restart. */
  confirm(): Promise<Confirmed>;
}

interface Confirmed {
  readonly page: Page;
  /** The browser with the cookies of the answer. */
  readonly client: Client;
}

/** A browser's cookies, at the door's newest address. */
export function movedTo(door: MortalDoor, from: Client): Client {
  const client = new Client(door.origin);
  for (const [name, value] of from.cookies) client.cookies.set(name, value);
  return client;
}

/** The first page of signing up. */
export async function beginSignUp(door: MortalDoor, username: string): Promise<PendingApp> {
  const client = new Client(door.origin);
  const form = { username, password: PASSWORD };
  const shown = await client.submit('/_auth/signup', '/_auth/signup', form);
  return pendingIn(door, { client, shown, action: '/_auth/signup/confirm' });
}

/** The page that shows a new app to somebody who is signed in. */
export async function beginReplacement(door: MortalDoor, person: Person): Promise<PendingApp> {
  const { client, recoveryCodes } = person;
  // A recovery code: the old app's next code stays good for showing whether that app is dead.
  const form = { password: PASSWORD, recovery_code: recoveryCodes[0]! };
  const shown = await client.submit('/_auth/enrol', '/_auth/enrol', form);
  return pendingIn(door, { client, shown, action: '/_auth/enrol/confirm' });
}

function pendingIn(
  door: MortalDoor,
  at: { readonly client: Client; readonly shown: Page; readonly action: string },
): PendingApp {
  const uri = /otpauth:\/\/[^"<\s]+/.exec(at.shown.text)?.[0].replaceAll('&amp;', '&');
  if (uri === undefined) throw new Error(`no app at ${at.action}: ${at.shown.status}`);
  const code = codeFrom(uri);
  const form = { ...hiddenFields(at.shown.text, at.action), code };
  return {
    uri,
    code,
    async confirm() {
      const client = movedTo(door, at.client);
      return { page: await client.post(at.action, form), client };
    },
  };
}

/** Signs somebody up, from the first page to the recovery codes. */
export async function signUp(door: MortalDoor, name: string): Promise<Person> {
  const pending = await beginSignUp(door, name);
  const { page, client } = await pending.confirm();
  if (page.status !== 200) throw new Error(`sign-up: ${page.status}`);
  return { name, uri: pending.uri, recoveryCodes: recoveryCodesIn(page), client };
}

/** Whether the door lets somebody in by these proofs, with any browser. */
export async function isLetIn(door: MortalDoor, name: string, proof: Proof): Promise<boolean> {
  const client = new Client(door.origin);
  const form = { username: name, password: PASSWORD, ...proof };
  const { status } = await client.submit('/_auth/login', '/_auth/login', form);
  if (status !== 303 && status !== 401) throw new Error(`sign-in: ${status}`);
  return status === 303;
}

/** Whether the door knows a browser's session. */
export async function isInside(door: MortalDoor, client: Client): Promise<boolean> {
  return (await movedTo(door, client).get('/_auth/')).status === 200;
}

/** The code that the app shows after the one that has confirmed it. */
export const nextCode = ({ uri }: { readonly uri: string }): Proof => ({ code: codeFrom(uri, 1) });

/** The codes of the page that shows them once. */
export const recoveryCodesIn = ({ text }: Page): readonly string[] =>
  [...text.matchAll(/<code>([^<]+)<\/code>/g)].map(([, code = '']) => code);
