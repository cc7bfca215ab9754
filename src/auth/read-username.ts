/** A name as people type it. @module */
import type { Form } from './form.ts';

/** The name of a form: `username`, or `user` as older doors called it; empty when none was typed. */
export const readUsername = (form: Form): string =>
  (form.get('username') ?? form.get('user') ?? '').trim();
