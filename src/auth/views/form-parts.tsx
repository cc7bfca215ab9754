/** The parts that our forms are made of. @module */
import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { CSRF_FIELD } from '../csrf.ts';

/** Id of the summary that {@link Problem} shows; fields refer to it. */
const PROBLEM_ID = 'problem';

/** A form that only our own page can have sent. */
export function PostForm(props: {
  readonly action: string;
  readonly csrfToken: string;
  /** Further fields that the person does not fill in; null leaves one out. */
  readonly hidden?: Readonly<Record<string, string | null>>;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const hidden = Object.entries({ [CSRF_FIELD]: props.csrfToken, ...props.hidden });
  return (
    <form method="post" action={props.action} class={props.class ?? 'stack'}>
      {hidden.map(
        ([name, value]) =>
          value !== null && <input key={name} type="hidden" name={name} value={value} />,
      )}
      {props.children}
    </form>
  );
}

/** What went wrong, read out at once: it takes the focus when the page opens. */
export function Problem({ children }: { readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noAutofocus: without a script it is the only way to say it at once
    <div class="notice problem" id={PROBLEM_ID} role="alert" tabIndex={-1} autoFocus>
      {children}
    </div>
  );
}

/** Something worth knowing that is nobody's mistake. */
export function Notice({ children }: { readonly children: ComponentChildren }) {
  return <div class="notice">{children}</div>;
}

/** One labelled input and what is said about it. */
export interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with this field. */
  readonly problem?: string | undefined;
  /** Whether the summary above speaks about this field. */
  readonly isBlamed?: boolean | undefined;
  readonly input: InputHTMLAttributes;
}

/** A labelled field with its hint and its problem tied to it. */
export function Field(props: FieldProps) {
  const { name, label, hint, problem } = props;
  const notes = [
    props.isBlamed === true && PROBLEM_ID,
    problem !== undefined && `${name}-problem`,
    hint !== undefined && `${name}-hint`,
  ].filter((note) => note !== false);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        aria-describedby={notes.length > 0 ? notes.join(' ') : undefined}
        aria-invalid={problem === undefined ? undefined : 'true'}
        {...props.input}
      />
      {problem !== undefined && (
        <p class="field-problem" id={`${name}-problem`}>
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** The name that a person signs in with. */
export function UsernameField(props: {
  readonly value: string;
  readonly hint?: string;
  readonly problem?: string | undefined;
  readonly isBlamed?: boolean;
  readonly isFirst?: boolean;
}) {
  return (
    <Field
      label="Username"
      name="username"
      hint={props.hint}
      problem={props.problem}
      isBlamed={props.isBlamed}
      input={{
        type: 'text',
        value: props.value,
        autocomplete: 'username',
        autocapitalize: 'none',
        autocorrect: 'off',
        spellcheck: false,
        maxLength: 128,
        required: true,
        autoFocus: props.isFirst === true,
      }}
    />
  );
}
