/** What a sign-in method is to the pages. @module */
import type { JSX } from 'preact';
import type { Proofs } from '../../accounts/contract.ts';
import type { Factor } from '../../config/config.ts';
import type { Form } from '../form.ts';

/** What the page tells a method about its field. */
export interface MethodFieldProps {
  /** Whether the summary above may be about this field. */
  readonly isBlamed: boolean;
  /** Whether typing starts here. */
  readonly isFirst: boolean;
}

/** One proof on the sign-in page: its field, and how that field is read. */
export interface SignInMethod {
  readonly factor: Factor;
  readonly Field: (props: MethodFieldProps) => JSX.Element;
  /** Its part of the proofs; undefined where the person left the field empty. */
  readonly read: (form: Form) => Partial<Proofs> | undefined;
}
