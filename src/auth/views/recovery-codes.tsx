/** The recovery codes, shown this one time. @module */
import { Notice } from './form-parts.tsx';

/** The page after an enrolment; `isNew` where the person is new too. */
export function RecoveryCodesPage(props: {
  readonly name: string;
  readonly codes: readonly string[];
  readonly isNew: boolean;
  readonly site: string | undefined;
  readonly continueUrl: string;
}) {
  return (
    <>
      <p class="step">{props.isNew ? 'Your account is ready' : 'Your new app is set'}</p>
      <h1>Save your recovery codes</h1>
      <p>Each of these recovery codes lets you in once when your phone is not at hand.</p>
      <Notice>
        <p>
          <strong>They are shown only now.</strong> Print this page, or copy them to your password
          manager.{!props.isNew && ' Earlier recovery codes no longer work.'}
        </p>
      </Notice>
      <p class="print-only">
        Recovery codes for {props.name}
        {props.site !== undefined && ` at ${props.site}`}
      </p>
      <ol class="recovery-codes" aria-label="Recovery codes">
        {props.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div class="actions">
        <a class="button" href={props.continueUrl}>
          I have saved them, continue
        </a>
      </div>
    </>
  );
}
