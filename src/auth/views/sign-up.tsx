/** The first page of signing up. @module */
import type { FieldProblems } from '../../accounts/contract.ts';
import type { Paths } from '../paths.ts';
import { Field, PostForm, Problem, UsernameField } from './form-parts.tsx';

/** What the sign-up page shows; plain values only. */
export interface SignUpProps {
  readonly paths: Paths;
  readonly csrfToken: string;
  readonly asksPassword: boolean;
  readonly invite: string | null;
  readonly username: string;
  readonly problems: FieldProblems;
  /** The person becomes the administrator. */
  readonly isSetup: boolean;
}

/** Chooses a name and, where the factors ask for one, a password. */
export function SignUpPage(props: SignUpProps) {
  const { paths, problems } = props;
  const isFirst = Object.keys(problems).length === 0;
  return (
    <>
      <p class="step">Step 1 of 2</p>
      <h1>{props.isSetup ? 'Set up the first account' : 'Create your account'}</h1>
      {props.isSetup ? (
        <p>It administers this door. Have your phone with an authenticator app at hand.</p>
      ) : (
        <p>Have your phone with an authenticator app at hand: you need it in the next step.</p>
      )}
      <Problems problems={problems} />
      <PostForm action={paths.signUp} csrfToken={props.csrfToken} hidden={{ invite: props.invite }}>
        <UsernameField value={props.username} problem={problems.username} isFirst={isFirst} />
        {props.asksPassword && (
          <Field
            label="Password"
            name="password"
            hint="At least 12 characters. A few random words are easy to remember."
            problem={problems.password}
            input={{
              type: 'password',
              autocomplete: 'new-password',
              required: true,
              minLength: 12,
              maxLength: 1024,
            }}
          />
        )}
        <button type="submit">Continue</button>
      </PostForm>
      <p class="aside">
        Already have an account? <a href={paths.login}>Sign in</a>
      </p>
    </>
  );
}

/** Leads to the fields that need another look; what is wrong stands beside each. */
function Problems({ problems }: { readonly problems: FieldProblems }) {
  const fields = (['username', 'password'] as const).filter((name) => problems[name]);
  if (fields.length === 0 && problems.form === undefined) return null;
  return (
    <Problem>
      {problems.form !== undefined && <p>{problems.form}</p>}
      {fields.length > 0 && (
        <p>
          Please look again at{' '}
          {fields.map((name, index) => (
            <>
              {index > 0 && ' and '}
              the <a href={`#${name}`}>{name}</a>
            </>
          ))}
          .
        </p>
      )}
    </Problem>
  );
}
