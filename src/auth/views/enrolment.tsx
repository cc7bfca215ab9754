/** Shows an app's secret once and waits for its first code. @module */
import type { PendingEnrolment } from '../../accounts/contract.ts';
import type { TotpConfig } from '../../config/config.ts';
import { CodeField } from '../methods/totp/code-field.tsx';
import { Fact, Facts } from './facts.tsx';
import { PostForm, Problem } from './form-parts.tsx';
import { PersonName } from './person-name.tsx';
import { QrCode } from './qr-code.tsx';

/** What the enrolment page shows; it holds the secret and is never stored. */
export interface EnrolmentProps {
  readonly csrfToken: string;
  /** Where the code goes. */
  readonly confirmUrl: string;
  readonly cancelUrl: string;
  readonly pending: PendingEnrolment;
  readonly totp: TotpConfig;
  readonly problem: string | undefined;
}

/** The secret is on this page and on the server, and in no field of the form. */
export function EnrolmentPage(props: EnrolmentProps) {
  const { pending, totp, problem } = props;
  const isNew = pending.kind === 'new';
  return (
    <>
      <p class="step">Step 2 of 2</p>
      <h1>Add {isNew ? 'your' : 'the new'} authenticator app</h1>
      {problem !== undefined && (
        <Problem>
          <p>{problem}</p>
        </Problem>
      )}
      <p>Scan this with the app on your phone. Then type the code that it shows.</p>
      <QrCode text={pending.uri} label="QR code for your authenticator app" />
      <OtherWays pending={pending} totp={totp} />
      <PostForm action={props.confirmUrl} csrfToken={props.csrfToken}>
        <CodeField
          hint={`${totp.digits} digits, a new one every ${totp.periodSec} seconds.`}
          isBlamed={problem !== undefined}
        />
        <button type="submit">{isNew ? 'Create account' : 'Use this app'}</button>
      </PostForm>
      <PostForm action={props.cancelUrl} csrfToken={props.csrfToken} class="aside">
        {isNew ? (
          <>
            Not <PersonName name={pending.name} />?{' '}
          </>
        ) : (
          'Changed your mind? '
        )}
        <button type="submit" class="link">
          {isNew ? 'Start again' : 'Keep the old app'}
        </button>
      </PostForm>
    </>
  );
}

/** Beside the picture, before the code: nobody can scan the screen of the phone in their hand. */
function OtherWays({ pending, totp }: Pick<EnrolmentProps, 'pending' | 'totp'>) {
  return (
    <div class="other-ways">
      <p>
        <a class="otpauth" href={pending.uri}>
          Open in an app on this device
        </a>
      </p>
      <details class="by-hand">
        <summary>Cannot scan? Type it in</summary>
        <ByHand pending={pending} totp={totp} />
      </details>
    </div>
  );
}

function ByHand({ pending, totp }: Pick<EnrolmentProps, 'pending' | 'totp'>) {
  return (
    <Facts>
      <Fact term="Secret key">
        <code class="secret">{groupsOfFour(pending.secret)}</code>
      </Fact>
      <Fact term="Account">
        <PersonName name={pending.name} />
      </Fact>
      <Fact term="Issuer">{totp.issuer}</Fact>
      <Fact term="Type">
        Time-based, {totp.algorithm}, {totp.digits} digits, {`${totp.periodSec}\u00a0s`}
      </Fact>
    </Facts>
  );
}

const groupsOfFour = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? '';
