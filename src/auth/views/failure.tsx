/** The page for a request that did not get through. @module */
import { type ErrorCode, STATUS } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import { MESSAGES } from '../messages.ts';
import type { Paths } from '../paths.ts';
import { Fact, Facts } from './facts.tsx';
import { GroupList } from './group-list.tsx';
import { type Action, MessagePage } from './message.tsx';
import { PersonName } from './person-name.tsx';

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
}

/** One failure as a page: what happened, and the ways on. */
export function FailurePage({ failure, paths, returnTo }: FailureProps) {
  const { code, identity, missingGroups = [] } = failure;
  return (
    <MessagePage
      {...MESSAGES[code]}
      status={STATUS[code]}
      actions={actionsFor(code, { paths, returnTo, loginUrl: failure.loginUrl })}
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

function actionsFor(
  code: ErrorCode,
  links: {
    readonly paths: Paths;
    readonly returnTo: string;
    readonly loginUrl?: string | undefined;
  },
): readonly Action[] {
  const { paths, returnTo } = links;
  switch (code) {
    case 'E_FORBIDDEN':
      return [
        { label: 'Sign in as someone else', href: paths.logoutWith(returnTo) },
        { label: 'Your account', href: paths.account },
      ];
    case 'E_UNAUTHENTICATED':
      return [{ label: 'Sign in', href: links.loginUrl ?? paths.loginWith(returnTo) }];
    case 'E_INTERNAL':
    case 'E_UPSTREAM_UNREACHABLE':
    case 'E_UPSTREAM_PROTOCOL':
    case 'E_UPSTREAM_TIMEOUT':
    case 'E_STORE_DOWN':
    case 'E_BUSY':
    case 'E_REQUEST_TIMEOUT':
      return [{ label: 'Try again', href: returnTo }];
    case 'E_UNROUTED':
      return [{ label: 'Go to the front page', href: '/' }];
    default:
      return [];
  }
}
