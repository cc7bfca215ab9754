/** The page for a request that did not get through. @module */
import { type ErrorCode, STATUS } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import { wordsFor } from '../messages.ts';
import type { Paths } from '../paths.ts';
import { Fact, Facts } from './facts.tsx';
import { GroupList } from './group-list.tsx';
import { type Action, MessagePage } from './message.tsx';
import { PersonName } from './person-name.tsx';

/** A form that only a reload of its answer sends again: written on a page of this site, or not. */
export type PostedForm = 'own' | 'foreign';

/** What the page says about a failure. */
export interface FailureProps {
  readonly failure: {
    readonly code: ErrorCode;
    readonly context?: { readonly requestId: string };
    readonly loginUrl?: string;
    readonly identity?: Identity;
    readonly missingGroups?: readonly string[];
  };
  readonly paths: Paths;
  /** The page that was asked for, as a checked path. */
  readonly returnTo: string;
  /** What this answers, where it is a form. */
  readonly form?: PostedForm | undefined;
}

/** One failure as a page: what happened, and the ways on. */
export function FailurePage(props: FailureProps) {
  const { failure, form } = props;
  const { code, identity, missingGroups = [] } = failure;
  const { title, sentence, remedy } = wordsFor(failure);
  return (
    <MessagePage
      {...{ title, sentence }}
      remedy={form === undefined ? remedy : remedyForForm(form, code, remedy)}
      status={STATUS[code]}
      actions={form === undefined ? actionsFor(props) : actionsForForm(form, props)}
      requestId={failure.context?.requestId}
    >
      {identity !== undefined && (
        <Facts>
          <Fact term="Signed in as">
            <PersonName name={identity.name} />
          </Fact>
          {missingGroups.length > 0 && (
            <Fact term={missingGroups.length === 1 ? 'Needs group' : 'Needs one of'}>
              <GroupList groups={missingGroups} />
            </Fact>
          )}
        </Facts>
      )}
    </MessagePage>
  );
}

const FRONT_PAGE: Action = { label: 'Go to the front page', href: '/' };

/** What may go better a moment later. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'E_INTERNAL',
  'E_UPSTREAM_UNREACHABLE',
  'E_UPSTREAM_PROTOCOL',
  'E_UPSTREAM_TIMEOUT',
  'E_STORE_DOWN',
  'E_BUSY',
  'E_REQUEST_TIMEOUT',
]);

function actionsFor({ failure, paths, returnTo }: FailureProps): readonly Action[] {
  const { code } = failure;
  if (PASSING.has(code)) return [{ label: 'Try again', href: returnTo }];
  switch (code) {
    case 'E_FORBIDDEN':
      if (failure.identity === undefined) return [FRONT_PAGE];
      return [
        { label: 'Sign in as someone else', href: paths.logoutWith(returnTo) },
        { label: 'Your account', href: paths.account },
      ];
    case 'E_UNAUTHENTICATED':
      return [{ label: 'Sign in', href: failure.loginUrl ?? paths.loginWith(returnTo) }];
    case 'E_UNROUTED':
      return [FRONT_PAGE];
    default:
      return [];
  }
}

/** A link would ask for the form's address without what the person has written. */
function actionsForForm(form: PostedForm, props: FailureProps): readonly Action[] {
  const { failure, paths } = props;
  if (PASSING.has(failure.code)) return [];
  if (failure.code !== 'E_UNAUTHENTICATED') return actionsFor(props);
  if (form === 'foreign') return [FRONT_PAGE];
  const href = failure.loginUrl ?? paths.login;
  return [{ label: 'Open the sign-in page in a new tab', href, isNewTab: true }];
}

/** Nobody is talked into sending what another site has written: it would act in their name. */
function remedyForForm(form: PostedForm, code: ErrorCode, remedy: string): string {
  if (form === 'foreign') {
    return code === 'E_UNAUTHENTICATED'
      ? 'Another site has sent a form here, and it was not passed on. If you meant to do something here, begin on the page itself.'
      : remedy;
  }
  if (code === 'E_UNAUTHENTICATED') {
    return 'What you sent was not passed on. Sign in, using a new tab, then reload this page: your browser sends it again.';
  }
  return PASSING.has(code) ? `${remedy} Reloading this page sends the form again.` : remedy;
}
