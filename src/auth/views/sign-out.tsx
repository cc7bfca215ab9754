/** The way out, and the page behind it. @module */
import type { Paths } from '../paths.ts';
import { PostForm } from './form-parts.tsx';
import { PersonName } from './person-name.tsx';

/** Asks: a link or an image on another site must not sign anybody out. */
export function SignOutPage(props: {
  readonly paths: Paths;
  readonly csrfToken: string;
  readonly name: string;
  readonly returnTo: string;
}) {
  const isSwitch = props.returnTo !== '/';
  return (
    <>
      <h1>{isSwitch ? 'Sign in as someone else' : 'Sign out'}</h1>
      <p>
        You are signed in as <PersonName name={props.name} />.
        {isSwitch && ' Sign out first, then come back with the other account.'}
      </p>
      <div class="actions">
        <PostForm
          action={props.paths.logout}
          csrfToken={props.csrfToken}
          hidden={{ return_to: isSwitch ? props.returnTo : null }}
        >
          <button type="submit">Sign out</button>
        </PostForm>
        <a class="button quiet" href={isSwitch ? '/' : props.paths.account}>
          Stay signed in
        </a>
      </div>
    </>
  );
}

/** What a person sees once they are out. */
export function SignedOutPage(props: { readonly paths: Paths }) {
  return (
    <>
      <h1>You are signed out</h1>
      <p>This browser no longer has access. On a shared computer, close its windows too.</p>
      <div class="actions">
        <a class="button" href={props.paths.login}>
          Sign in again
        </a>
      </div>
    </>
  );
}
