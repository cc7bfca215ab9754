/** The sign-in methods, in the order of their fields; a new one is one more line. @module */
import type { Proofs } from '../../accounts/contract.ts';
import type { Factor } from '../../config/config.ts';
import type { Form } from '../form.ts';
import type { SignInMethod } from './method.ts';
import { passwordMethod } from './password/password-method.tsx';
import { totpMethod } from './totp/totp-method.tsx';

const METHODS: readonly SignInMethod[] = [passwordMethod, totpMethod];

/** The methods that the operator asks for. */
export const methodsFor = (factors: readonly Factor[]): readonly SignInMethod[] =>
  METHODS.filter((method) => factors.includes(method.factor));

/** Every method's proof, or undefined as soon as one of them was left empty. */
export function readProofs(methods: readonly SignInMethod[], form: Form): Proofs | undefined {
  const proofs = methods.map((method) => method.read(form));
  if (proofs.includes(undefined)) return undefined;
  return Object.assign({ password: undefined, code: '' }, ...proofs);
}
