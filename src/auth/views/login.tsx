/** The sign-in page. @module */
import type { SignInMethod } from '../methods/method.ts';
import type { Paths } from '../paths.ts';
import { PostForm, Problem, UsernameField } from './form-parts.tsx';
import { PersonName } from './person-name.tsx';

/** What the sign-in page shows; plain values only. */
export interface LoginProps {
  readonly paths: Paths;
  readonly csrfToken: string;
  readonly methods: readonly SignInMethod[];
  readonly username: string;
  readonly returnTo: string;
  /** The one message for everything that may be wrong, or how long to wait. */
  readonly problem: string | undefined;
  /** Where people have to look for the cause of a cookie that did not come back. */
  readonly lostCookieCauses: readonly string[] | undefined;
  readonly offersSignUp: boolean;
}

/** One page, one form: name and every proof together. */
export function LoginPage(props: LoginProps) {
  const { methods, username, problem } = props;
  const isBlamed = problem !== undefined;
  const isFresh = !isBlamed && props.lostCookieCauses === undefined;
  return (
    <>
      <h1>Sign in</h1>
      {problem !== undefined && (
        <Problem>
          <p>{problem}</p>
        </Problem>
      )}
      {props.lostCookieCauses !== undefined && <LostCookie causes={props.lostCookieCauses} />}
      <PostForm
        action={props.paths.login}
        csrfToken={props.csrfToken}
        hidden={{ return_to: props.returnTo === '/' ? null : props.returnTo }}
      >
        <UsernameField value={username} isBlamed={isBlamed} isFirst={isFresh} />
        {methods.map((method) => (
          <method.Field key={method.factor} isBlamed={isBlamed} isFirst={false} />
        ))}
        <button type="submit">Sign in</button>
      </PostForm>
      {props.offersSignUp && (
        <p class="aside">
          New here? <a href={props.paths.signUp}>Create an account</a>
        </p>
      )}
    </>
  );
}

/** Instead of sending people round in a circle: why the sign-in did not stay. */
function LostCookie({ causes }: { readonly causes: readonly string[] }) {
  return (
    <Problem>
      <p>
        <strong>You signed in a moment ago, but your browser did not bring the cookie back.</strong>{' '}
        The likely causes:
      </p>
      <ul>
        {causes.map((cause) => (
          <li key={cause}>{cause}</li>
        ))}
      </ul>
    </Problem>
  );
}

/** For somebody who is signed in already. */
export function AlreadySignedInPage(props: {
  readonly paths: Paths;
  readonly csrfToken: string;
  readonly name: string;
  readonly returnTo: string;
}) {
  return (
    <>
      <h1>You are signed in already</h1>
      <p>
        This browser is signed in as <PersonName name={props.name} />.
      </p>
      <div class="actions">
        <a class="button" href={props.returnTo}>
          Continue
        </a>
        <PostForm
          action={props.paths.logout}
          csrfToken={props.csrfToken}
          hidden={{ return_to: props.returnTo === '/' ? null : props.returnTo }}
        >
          <button type="submit" class="quiet">
            Sign in as someone else
          </button>
        </PostForm>
      </div>
    </>
  );
}
