/** The authenticator app's code on the sign-in page, or a recovery code instead. @module */
import { Field } from '../../views/form-parts.tsx';
import type { SignInMethod } from '../method.ts';
import { CodeField } from './code-field.tsx';
import { readCode } from './read-code.ts';

/** Recovery codes have letters, which a numeric keyboard cannot type: a field of their own. */
export const totpMethod: SignInMethod = {
  factor: 'totp',
  Field: ({ isBlamed, isFirst }) => (
    <>
      <CodeField hint="From your authenticator app." isBlamed={isBlamed} isFirst={isFirst} />
      <details>
        <summary>No access to your app?</summary>
        <Field
          label="Recovery code"
          name="recovery_code"
          hint="Each one works once, in place of the app’s code."
          input={{
            type: 'text',
            autocomplete: 'off',
            autocapitalize: 'none',
            autocorrect: 'off',
            spellcheck: false,
            maxLength: 64,
          }}
        />
      </details>
    </>
  ),
  read(form) {
    const code = readCode(form);
    return code === '' ? undefined : { code };
  },
};
