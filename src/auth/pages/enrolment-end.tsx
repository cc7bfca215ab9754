/** Why an enrolment is over before an app was set, and where to start again. @module */
import type { EnrolmentOrigin } from '../flow.ts';
import { type Room, sendPage, type Visit } from '../room.ts';
import { MessagePage } from '../views/message.tsx';

const ENDS = {
  gone: {
    status: 410,
    title: 'There is nothing to confirm',
    sentence: 'This was completed already, or it has expired.',
    remedy: 'If your app shows a code for this site, try to sign in with it; else start again.',
  },
  expired: {
    status: 410,
    title: 'This took too long',
    sentence: 'The secret that was shown has expired, and nothing was changed.',
    remedy: 'Start again, and remove the entry from your authenticator app if you added one.',
  },
  'confirmed-before': {
    status: 410,
    title: 'Your app is set already',
    sentence: 'Your first try had worked, and its answer was lost on the way.',
    remedy:
      'Sign in with the next code of your app. To get recovery codes, replace the app afterwards.',
  },
  'name-taken': {
    status: 409,
    title: 'This name is taken',
    sentence: 'Somebody else has signed up under this name in the meantime.',
    remedy: 'Start again with another name, and remove the entry from your authenticator app.',
  },
  'invite-spent': {
    status: 409,
    title: 'This link has been used',
    sentence: 'It worked once, and somebody has used it in the meantime.',
    remedy: 'Ask for a new one, and remove the entry from your authenticator app.',
  },
} as const;

/** Where it began, as far as that is known. */
export type Start = Pick<EnrolmentOrigin, 'page'> & {
  readonly invite?: string | null;
  readonly token?: string | null;
};

/** Says why, with the status that fits, and leads back to the start. */
export function showEnd(
  room: Room,
  visit: Visit,
  end: { readonly reason: keyof typeof ENDS; readonly origin: Start },
): void {
  const { status, ...words } = ENDS[end.reason];
  const action =
    end.reason === 'confirmed-before'
      ? { label: 'Sign in', href: room.paths.login }
      : { label: 'Start again', href: startUrl(room, end.origin) };
  const body = <MessagePage {...words} actions={[action]} />;
  sendPage(room, visit, { status, title: words.title, body });
}

/** The same door, with the link's token where the person came by a link. */
export const startUrl = ({ paths }: Room, { page, invite, token }: Start): string =>
  page === 'signup' ? paths.signUpWith(invite) : paths.enrolWith(token);
