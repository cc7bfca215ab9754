/** Where each page lives. @module */

/** Absolute paths of our pages under one prefix. */
export type Paths = ReturnType<typeof createPaths>;

/** @param prefix  `/_auth`: no trailing slash */
export function createPaths(prefix: string) {
  return {
    prefix,
    account: `${prefix}/`,
    login: `${prefix}/login`,
    signUp: `${prefix}/signup`,
    enrol: `${prefix}/enrol`,
    logout: `${prefix}/logout`,
    logoutEverywhere: `${prefix}/logout/everywhere`,
    checkCode: `${prefix}/check-code`,
    asset: (name: string) => `${prefix}/assets/${name}`,
    loginWith: (returnTo: string) => withReturn(`${prefix}/login`, returnTo),
    logoutWith: (returnTo: string) => withReturn(`${prefix}/logout`, returnTo),
    signUpWith: (invite: Token) => withToken(`${prefix}/signup`, 'invite', invite),
    enrolWith: (token: Token) => withToken(`${prefix}/enrol`, 'token', token),
  } as const;
}

/** From a link; absent where the person came without one. */
type Token = string | null | undefined;

const withToken = (path: string, name: string, token: Token) =>
  token ? `${path}?${name}=${encodeURIComponent(token)}` : path;

/** `/` is where people go anyway: it needs no mention. */
const withReturn = (path: string, returnTo: string) =>
  returnTo === '/' ? path : `${path}?return_to=${encodeURIComponent(returnTo)}`;
