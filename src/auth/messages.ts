/** What people are told about each error code, and what they can do. @module */
import type { ErrorCode } from '../core/errors.ts';
import type { Identity } from '../core/identity.ts';

/** One error code in the words of our pages. */
export interface Message {
  readonly title: string;
  /** One sentence: what happened. */
  readonly sentence: string;
  /** One sentence: what to do now. */
  readonly remedy: string;
}

const CLIENT_BUG = 'If you followed a link, tell whoever gave it to you.';
const CALL_OPERATOR = 'If it goes on, tell whoever runs this site.';

/** Closed like the codes themselves: a code without words does not compile. */
export const MESSAGES = {
  E_TARGET_MALFORMED: {
    title: 'That address cannot be read',
    sentence: 'The address holds characters that no web address may hold.',
    remedy: CLIENT_BUG,
  },
  E_TARGET_AMBIGUOUS: {
    title: 'That address can be read in two ways',
    sentence: 'Two programs could take this address for two different pages.',
    remedy: 'Use the plain form of the address, without escapes for slashes and dots.',
  },
  E_HOST_INVALID: {
    title: 'The host name cannot be read',
    sentence: 'The request names no valid host, or more than one.',
    remedy: CLIENT_BUG,
  },
  E_FRAMING: {
    title: 'The request cannot be read',
    sentence: 'It is not clear where this request ends.',
    remedy: 'Try again; a proxy on the way may have damaged it.',
  },
  E_FORM_INVALID: {
    title: 'The form cannot be read',
    sentence: 'A field came twice, or in an encoding that is not valid.',
    remedy: 'Go back, reload the page and fill in the form again.',
  },
  E_UNAUTHENTICATED: {
    title: 'Please sign in',
    sentence: 'You are not signed in, or your session has ended.',
    remedy: 'Sign in to go on.',
  },
  E_FORBIDDEN: {
    title: 'You do not have access',
    sentence: 'Your account may not open this page.',
    remedy: 'Ask whoever runs this site for access, or sign in with another account.',
  },
  E_ORIGIN_FOREIGN: {
    title: 'That came from another site',
    sentence: 'Your browser says that another site sent this request.',
    remedy: 'Open the page here and try again.',
  },
  E_CSRF: {
    title: 'This form is out of date',
    sentence: 'It belongs to an earlier visit, so nothing was done with it.',
    remedy: 'Open the page again and repeat what you wanted to do.',
  },
  E_UNROUTED: {
    title: 'There is nothing here',
    sentence: 'No page answers at this address.',
    remedy: 'Check the address for typing mistakes.',
  },
  E_NAME_TAKEN: {
    title: 'This name is taken',
    sentence: 'Somebody else has it already.',
    remedy: 'Choose another one.',
  },
  E_METHOD_REFUSED: {
    title: 'That does not work here',
    sentence: 'This address does not take this kind of request.',
    remedy: CLIENT_BUG,
  },
  E_REQUEST_TIMEOUT: {
    title: 'The request took too long',
    sentence: 'It did not arrive in time.',
    remedy: 'Check your connection and try again.',
  },
  E_BODY_TOO_LARGE: {
    title: 'That is too large',
    sentence: 'More was sent than this address takes.',
    remedy: 'Send less, or ask whoever runs this site to raise the limit.',
  },
  E_TARGET_TOO_LONG: {
    title: 'That address is too long',
    sentence: 'The address is longer than this site takes.',
    remedy: CLIENT_BUG,
  },
  E_MEDIA_TYPE: {
    title: 'The form cannot be read',
    sentence: 'It was not sent as a plain web form.',
    remedy: 'Use the form on the page.',
  },
  E_EXPECTATION: {
    title: 'The request cannot be met',
    sentence: 'It expects something that this site does not offer.',
    remedy: CLIENT_BUG,
  },
  E_HOST_UNKNOWN: {
    title: 'No site of that name here',
    sentence: 'This server does not answer for the host name in the address.',
    remedy: 'Check the address for typing mistakes.',
  },
  E_THROTTLED: {
    title: 'Too many attempts',
    sentence: 'There were too many attempts in a short time.',
    remedy: 'Wait a little, then try again.',
  },
  E_HEADERS_TOO_LARGE: {
    title: 'Your browser sent too much',
    sentence: 'The headers of the request, cookies included, are too large.',
    remedy: 'Delete the cookies of this site and try again.',
  },
  E_INTERNAL: {
    title: 'Something went wrong',
    sentence: 'The mistake is ours, and it has been noted.',
    remedy: `Try again. ${CALL_OPERATOR}`,
  },
  E_UPGRADE_UNSUPPORTED: {
    title: 'That does not work here',
    sentence: 'This site does not speak the protocol that was asked for.',
    remedy: CLIENT_BUG,
  },
  E_UPSTREAM_UNREACHABLE: {
    title: 'The application does not answer',
    sentence: 'The application behind this door is not running, or it cannot be reached.',
    remedy: `Try again in a moment. ${CALL_OPERATOR}`,
  },
  E_UPSTREAM_PROTOCOL: {
    title: 'The application gave a broken answer',
    sentence: 'What the application behind this door sent is not a valid answer.',
    remedy: `Try again. ${CALL_OPERATOR}`,
  },
  E_STORE_DOWN: {
    title: 'Back in a moment',
    sentence: 'The database does not answer just now.',
    remedy: `Nothing was changed. Try again in a few seconds. ${CALL_OPERATOR}`,
  },
  E_BUSY: {
    title: 'Back in a moment',
    sentence: 'Many people are signing in just now.',
    remedy: 'Nothing was changed. Try again in a few seconds.',
  },
  E_UPSTREAM_TIMEOUT: {
    title: 'The application is too slow',
    sentence: 'The application behind this door did not answer in time.',
    remedy: `Try again in a moment. ${CALL_OPERATOR}`,
  },
} as const satisfies Record<ErrorCode, Message>;

/** For a refusal that is no matter of who asks: another account would not help. */
const CLOSED: Message = {
  title: 'This address is closed',
  sentence: 'Nobody is let in here, whatever the account.',
  remedy: 'If you need it, ask whoever runs this site.',
};

/** The words for a failure; one without an account has been refused to everybody. */
export const wordsFor = (failure: {
  readonly code: ErrorCode;
  readonly identity?: Identity;
}): Message =>
  failure.code === 'E_FORBIDDEN' && failure.identity === undefined
    ? CLOSED
    : MESSAGES[failure.code];
