/** How header names are compared when the answer decides who somebody is. @module */

/**
 * Folds a field name to the one spelling that gateways, CGI and WSGI servers
 * turn it into: `X_Forwarded_User`, `remote.user` and `REMOTE-USER` all reach an
 * application as the same variable, so they are the same header to us.
 *
 * @returns lower case, every character outside `[a-z0-9]` as `-`
 */
export function foldHeaderName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

/** Credentials for the door where `Authorization` is the application's; never forwarded. */
export const DOOR_AUTHORIZATION = 'sallyport-authorization';

/**
 * Folded names that only we, or a listed peer, may say something with. A client's
 * copy never reaches a log or an upstream, on public routes too, nor a decision but by
 * {@link DOOR_AUTHORIZATION}. The well-known ones; {@link isVouchedName} knows the rest of
 * their families.
 */
export const VOUCHED_HEADERS: ReadonlySet<string> = new Set([
  DOOR_AUTHORIZATION,
  'forwarded',
  'cf-access-authenticated-user-email',
  'remote-user',
  'remote-groups',
  'remote-name',
  'remote-email',
  'remote-realm',
  'tailscale-user-login',
  'x-auth-email',
  'x-auth-groups',
  'x-auth-request-user',
  'x-auth-request-groups',
  'x-auth-request-email',
  'x-auth-user',
  'x-auth-username',
  'x-authentik-email',
  'x-authentik-groups',
  'x-authentik-username',
  'x-forwarded-access-token',
  'x-forwarded-by',
  'x-forwarded-client-cert',
  'x-forwarded-email',
  'x-forwarded-for',
  'x-forwarded-groups',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-preferred-username',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-forwarded-uri',
  'x-forwarded-user',
  'x-goog-authenticated-user-email',
  'x-ms-client-principal',
  'x-ms-client-principal-name',
  'x-original-host',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-pomerium-claim-email',
  'x-real-ip',
  'x-remote-user',
  'x-remote-groups',
  'x-request-id',
  'x-rewrite-url',
  'x-vouch-user',
  'x-webauth-groups',
  'x-webauth-user',
]);

/**
 * Whole families: gateways and applications keep inventing members of them. Also those of the
 * doors that stood here before: an application may still believe what they said.
 */
export const VOUCHED_FAMILIES = [
  'remote',
  'x-auth-request',
  'x-authentik',
  'x-forwarded',
  'x-original',
  'x-pomerium-claim',
  'x-vouch',
  'x-webauth',
] as const;

const OF_FAMILY = new RegExp(`^(?:${VOUCHED_FAMILIES.join('|')})-`);

/** Folded names by which a request asks to be served as one with another method. */
export const METHOD_OVERRIDES: ReadonlySet<string> = new Set([
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
]);

/** Whether a folded name says something that only we, or a listed peer, may say. */
export function isVouchedName(folded: string): boolean {
  return VOUCHED_HEADERS.has(folded) || OF_FAMILY.test(folded);
}
