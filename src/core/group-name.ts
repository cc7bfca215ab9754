/** Which names groups may have, wherever one is written: rules, invites, commands. @module */

/**
 * ASCII, because groups leave in a header; no comma and no space, because they leave
 * there as a list. At most 64 characters.
 */
export const GROUP_NAME = /^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,63}$/;

/**
 * How many groups one person may be in: they travel in the session cookie, and a browser
 * drops a cookie of more than 4096 bytes (RFC 6265bis §5.6).
 */
export const MAX_GROUPS = 32;

/** Whether a group may be called so. */
export const isGroupName = (name: string): boolean => GROUP_NAME.test(name);
