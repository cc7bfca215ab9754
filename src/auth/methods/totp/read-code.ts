/** A code as people type and paste it. @module */
import type { Form } from '../../form.ts';

/** Apps show `123 456`, and people copy what they see. */
function tidyCode(typed: string): string {
  const trimmed = typed.trim();
  const digits = trimmed.replace(/[\s-]/g, '');
  return /^[0-9]+$/.test(digits) ? digits : trimmed;
}

/**
 * The code of a form: `code`, or `token` as older doors called it, or the
 * recovery code from the field that takes letters. Empty when none was typed.
 */
export function readCode(form: Form): string {
  const typed = [form.get('code'), form.get('token'), form.get('recovery_code')];
  return tidyCode(typed.find((value) => value !== undefined && value.trim() !== '') ?? '');
}
