/** What a child process of a test does before it tries something as somebody else. @module */

/** @param uid  a user's number in digits; empty to stay who one is */
export function becomeUser(uid: string): void {
  if (uid === '') return;
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
