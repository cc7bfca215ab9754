/** Writes the page for an error code. @module */
import { STATUS } from '../core/errors.ts';
import { MESSAGES } from './messages.ts';
import { checkReturnPath } from './return-to.ts';
import { RETRY_AFTER_SEC, type Refusal, type Room, sendPage, type Visit } from './room.ts';
import { type Action, MessagePage } from './views/message.tsx';

/** A refused body must not keep us reading for as long as somebody likes to send. */
const isBodyLeft = ({ method, complete }: Visit['req']) =>
  !complete && method !== 'GET' && method !== 'HEAD';

/** Answers with the code's status, words and way on. */
export function refuse(
  room: Room,
  visit: Pick<Visit, 'req' | 'res' | 'context'> & Partial<Pick<Visit, 'form'>>,
  refusal: Refusal,
): void {
  const { res, context } = visit;
  const status = STATUS[refusal.code];
  if (status === 503) res.setHeader('Retry-After', RETRY_AFTER_SEC);
  if (refusal.allow !== undefined) res.setHeader('Allow', refusal.allow);
  if (isBodyLeft(visit.req)) res.setHeader('Connection', 'close');
  const message = MESSAGES[refusal.code];
  sendPage(room, visit, {
    status,
    title: message.title,
    body: (
      <MessagePage
        {...message}
        status={status}
        actions={[{ ...wayOn(room, visit), ...(status === 503 && { label: 'Try again' }) }]}
        requestId={context.requestId}
      />
    ),
  });
}

/** Back to the form that was sent, with what its link held, else to the front of the house. */
function wayOn({ paths }: Room, visit: Pick<Visit, 'req'> & Partial<Pick<Visit, 'form'>>): Action {
  const { path } = visit.req;
  const label = 'Open the page again';
  if (path.startsWith('/signup')) {
    return { label, href: paths.signUpWith(visit.form?.get('invite')) };
  }
  if (path.startsWith('/enrol')) return { label, href: paths.enrolWith(visit.form?.get('token')) };
  if (path.startsWith('/login')) {
    const returnTo = checkReturnPath(visit.form?.get('return_to'), paths.prefix);
    return { label: 'Sign in', href: paths.loginWith(returnTo) };
  }
  return { label: 'Your account', href: paths.account };
}

/** A form came without the cookie that the form's page had set: names the likely causes. */
export function refuseWithoutCookie(room: Room, visit: Visit): void {
  sendPage(room, visit, {
    status: STATUS.E_CSRF,
    title: 'Your browser did not send the cookie',
    body: (
      <MessagePage
        title="Your browser did not send the cookie"
        sentence="Signing in takes a cookie, and none came with this form. The likely causes:"
        remedy="Then open the page again and repeat what you wanted to do."
        status={STATUS.E_CSRF}
        actions={[wayOn(room, visit)]}
        requestId={visit.context.requestId}
      >
        <ul>
          {lostCookieCauses(room).map((cause) => (
            <li key={cause}>{cause}</li>
          ))}
        </ul>
      </MessagePage>
    ),
  });
}

/** Why a cookie of ours may not come back, most likely first. */
export function lostCookieCauses(room: Room): readonly string[] {
  const { publicUrl, isSecure } = room.deps;
  const address = publicUrl === undefined ? 'the address that you were given' : publicUrl.origin;
  return [
    ...(isSecure
      ? [
          'The page was opened over plain http. The cookie is marked Secure, so it needs an address that begins with https://, or public_url in the configuration has to say http://.',
        ]
      : []),
    `The page was opened under another host name. Use ${address}.`,
    'For whoever runs this site: session.cookie_domain does not match the host name in the address bar.',
    'Your browser blocks cookies of this site.',
  ];
}
