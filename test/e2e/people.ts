/** People for the end-to-end tests: they have a phone, a password and patience. @module */
import { Secret, TOTP, URI } from 'otpauth';
import { Secret as Sealed } from '../../src/core/secret.ts';
import type { Client, Page } from './client.ts';
import type { TestDoor } from './test-door.ts';

export const PASSWORD = 'tidal lantern mosaic 47';

/** The code that an authenticator app shows for a URI, `offset` steps from now. */
export function codeFrom(uri: string, offset = 0, nowMs = Date.now()): string {
  const totp = URI.parse(uri) as TOTP;
  return totp.generate({ timestamp: nowMs + offset * totp.period * 1000 });
}

/** The code of a base32 secret with the default settings. */
export function codeOf(secret: string, offset = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  return totp.generate({ timestamp: Date.now() + offset * 30_000 });
}

export interface Person {
  readonly name: string;
  readonly uri: string;
  readonly recoveryCodes: readonly string[];
  /** The current code, then the one after it: a third within the window would flicker at a step's border. */
  nextCode(): string;
}

/** Adds a person by the operator's way. */
export async function addPerson(
  door: TestDoor,
  name: string,
  groups: readonly string[] = [],
): Promise<Person> {
  const added = await door.administration.addUser({
    name,
    password: door.config.auth.factors.includes('password') ? new Sealed(PASSWORD) : undefined,
    totpSecret: undefined,
    groups,
  });
  if (!added.ok) throw new Error(JSON.stringify(added.problems));
  const uri = added.uri.reveal();
  let codes = 0;
  return {
    name,
    uri,
    recoveryCodes: added.recoveryCodes.map((code) => code.reveal()),
    nextCode() {
      if (codes > 1) throw new Error(`${name} would have to wait for another code`);
      return codeFrom(uri, codes++);
    },
  };
}

/** Signs in through the real form. */
export function signIn(client: Client, person: Person, returnTo?: string): Promise<Page> {
  const query = returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  return client.submit(`/_auth/login${query}`, '/_auth/login', {
    username: person.name,
    password: PASSWORD,
    code: person.nextCode(),
  });
}
