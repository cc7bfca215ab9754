/** The field for a code of the authenticator app. @module */
import { Field } from '../../views/form-parts.tsx';

/** Digits only, so that phones show the large keys and offer what they have received. */
export function CodeField(props: {
  readonly label?: string;
  readonly hint: string;
  readonly isBlamed?: boolean;
  readonly isFirst?: boolean;
}) {
  return (
    <Field
      label={props.label ?? 'Code'}
      name="code"
      hint={props.hint}
      isBlamed={props.isBlamed}
      input={{
        type: 'text',
        class: 'code',
        inputMode: 'numeric',
        autocomplete: 'one-time-code',
        autocorrect: 'off',
        spellcheck: false,
        maxLength: 16,
        autoFocus: props.isFirst === true,
      }}
    />
  );
}
