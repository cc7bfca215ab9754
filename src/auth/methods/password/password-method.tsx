/** The password on the sign-in page. @module */
import { Field } from '../../views/form-parts.tsx';
import type { SignInMethod } from '../method.ts';

/** The first door: something that the person knows. */
export const passwordMethod: SignInMethod = {
  factor: 'password',
  Field: ({ isBlamed, isFirst }) => (
    <Field
      label="Password"
      name="password"
      isBlamed={isBlamed}
      input={{
        type: 'password',
        autocomplete: 'current-password',
        required: true,
        maxLength: 1024,
        autoFocus: isFirst,
      }}
    />
  ),
  read(form) {
    const password = form.get('password') ?? '';
    return password === '' ? undefined : { password };
  },
};
