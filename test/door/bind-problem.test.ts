/** What an operator reads when an address cannot be listened on. @module */
import { expect, it } from 'vitest';
import { bindProblem, type ListenKey } from '../../src/door/bind-problem.ts';

const failure = (code: string) => Object.assign(new Error('as Node puts it'), { code });

it.each<[ListenKey, string, string]>([
  ['listen', 'EADDRINUSE', 'SALLYPORT_PORT'],
  ['admin.listen', 'EADDRINUSE', 'or write `admin: off`.'],
  ['listen', 'EACCES', 'may not listen on [::1]:80;'],
  ['admin.listen', 'EADDRNOTAVAIL', 'no address ::1; correct `admin.listen`.'],
  ['listen', 'EAFNOSUPPORT', 'Could not listen on [::1]:80: as Node puts it.'],
])('names the setting and what to do, not the code: %s, %s', (key, code, words) => {
  const sentence = bindProblem(key, { host: '::1', port: 80 }, failure(code));
  expect(sentence).toContain(words);
  expect(sentence).not.toContain(code);
});
