/** People at the real forms of a running door. @module */
import { Client, hiddenFields } from '../../test/e2e/client.ts';
import type { BuiltDoor } from './doors.ts';
import { codeNow, PASSWORD, sourceOf } from './residents.ts';

/** A door that believes its visitors' `X-Forwarded-For`: each has an address of their own. */
export const VISITED = 'upstream: http://127.0.0.1:9\ntrusted_proxies: [127.0.0.1]\n';

/** Somebody's browser. */
export interface Visitor {
  readonly client: Client;
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const visitorOf = ({ origin }: BuiltDoor, name: string, at: number): Visitor => ({
  client: new Client(origin),
  name,
  headers: { 'x-forwarded-for': sourceOf(at) },
});

/** Opens the form and sends it. */
export async function signIn(door: BuiltDoor, visitor: Visitor): Promise<void> {
  const asksPassword = door.house.config.auth.factors.includes('password');
  const fields = {
    username: visitor.name,
    code: codeNow(door.house),
    ...(asksPassword && { password: PASSWORD }),
  };
  await submit(visitor, '/_auth/login', fields);
}

/** Opens the form and sends it, too. */
export const signOut = (visitor: Visitor): Promise<void> => submit(visitor, '/_auth/logout', {});

async function submit(
  { client, headers, name }: Visitor,
  path: string,
  fields: Record<string, string>,
): Promise<void> {
  const form = await client.get(path, headers);
  const page = await client.post(path, { ...hiddenFields(form.text, path), ...fields }, headers);
  if (page.status !== 303) throw new Error(`${name} at ${path}: ${page.status}`);
}
