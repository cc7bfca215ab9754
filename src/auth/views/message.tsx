/** A page that says one thing and what to do about it. @module */
import type { ComponentChildren } from 'preact';

/** A way on from the page. */
export interface Action {
  readonly label: string;
  readonly href: string;
  /** Leaves this page open, for what it still holds. */
  readonly isNewTab?: boolean;
}

/** What a message page says. */
export interface MessageProps {
  readonly title: string;
  readonly sentence: string;
  readonly remedy: string;
  /** The first one is the obvious one. */
  readonly actions?: readonly Action[];
  /** What an operator finds the request by. */
  readonly requestId?: string | undefined;
  readonly status?: number;
  readonly children?: ComponentChildren;
}

/** The page for everything that is said in a sentence or two. */
export function MessagePage(props: MessageProps) {
  const { actions = [] } = props;
  return (
    <>
      {props.status !== undefined && <p class="step">Error {props.status}</p>}
      <h1>{props.title}</h1>
      <p>{props.sentence}</p>
      {props.children}
      <p>{props.remedy}</p>
      {actions.length > 0 && (
        <div class="actions">
          {actions.map((action, index) => (
            <a
              key={action.label}
              class={index === 0 ? 'button' : 'button quiet'}
              href={action.href}
              target={action.isNewTab === true ? '_blank' : undefined}
            >
              {action.label}
            </a>
          ))}
        </div>
      )}
      {props.requestId !== undefined && (
        <p class="request-id">
          Request <code>{props.requestId}</code>
        </p>
      )}
    </>
  );
}
