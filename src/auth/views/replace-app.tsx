/** Before a new app is shown: proof that the person may have one. @module */
import type { FieldProblems } from '../../accounts/contract.ts';
import type { SignInMethod } from '../methods/method.ts';
import type { Paths } from '../paths.ts';
import { PostForm, Problem } from './form-parts.tsx';

/** What the page before a new app shows; plain values only. */
export interface ReplaceAppProps {
  readonly paths: Paths;
  readonly csrfToken: string;
  /** Undefined with a link, whose owner the page does not know yet. */
  readonly name: string | undefined;
  readonly token: string | null;
  /** The proofs that are asked: with a link, all but the app that is gone. */
  readonly methods: readonly SignInMethod[];
  readonly problems: FieldProblems;
}

/** Asks for proofs, of a signed-in person or of the owner of a link. */
export function ReplaceAppPage(props: ReplaceAppProps) {
  const { methods, problems } = props;
  const problem = problems.form ?? problems.password ?? problems.code;
  const isLink = props.token !== null;
  return (
    <>
      <p class="step">Step 1 of 2</p>
      <h1>{isLink ? 'Set up a new authenticator app' : 'Replace your authenticator app'}</h1>
      {problem !== undefined && (
        <Problem>
          <p>{problem}</p>
        </Problem>
      )}
      <p>
        {isLink
          ? 'You were given a link to connect a new app to your account.'
          : 'Confirm that it is you. The old app works until the new one has shown a code.'}
      </p>
      <PostForm
        action={props.paths.enrol}
        csrfToken={props.csrfToken}
        hidden={{ token: props.token }}
      >
        {/* Tells password managers whose password it is. */}
        {props.name !== undefined && (
          <input type="text" name="username" value={props.name} autocomplete="username" hidden />
        )}
        {methods.map((method, index) => (
          <method.Field
            key={method.factor}
            isBlamed={problem !== undefined}
            isFirst={index === 0 && problem === undefined}
          />
        ))}
        <button type="submit">Continue</button>
      </PostForm>
      {!isLink && (
        <p class="aside">
          <a href={props.paths.account}>Back to your account</a>
        </p>
      )}
    </>
  );
}
