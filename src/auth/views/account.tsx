/** Who is signed in, since when, and the ways out. @module */
import type { Paths } from '../paths.ts';
import { Fact, Facts } from './facts.tsx';
import { Notice, PostForm } from './form-parts.tsx';
import { GroupList } from './group-list.tsx';
import { PersonName } from './person-name.tsx';

/** What the account page shows; plain values only. */
export interface AccountProps {
  readonly paths: Paths;
  readonly csrfToken: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** Whether there is a front page to go on to. */
  readonly hasFront: boolean;
  /** Other tools that open to this person. */
  readonly places: readonly { readonly label: string; readonly href: string }[];
  readonly cameByRecoveryCode: boolean;
  /** In words, e.g. `3 hours ago`. */
  readonly since: string;
  /** ISO 8601, for those who want it exactly. */
  readonly sinceIso: string;
}

/** The page behind `/_auth/`. */
export function AccountPage(props: AccountProps) {
  const { paths, csrfToken, groups, hasFront, places } = props;
  return (
    <>
      <h1>Your account</h1>
      {props.cameByRecoveryCode && (
        <Notice>
          <p>
            You signed in with a recovery code, and each works only once. If your phone is gone,
            replace your authenticator app now.
          </p>
        </Notice>
      )}
      <Facts>
        <Fact term="Signed in as">
          <PersonName name={props.name} />
        </Fact>
        <Fact term="Since">
          <time dateTime={props.sinceIso} title={props.sinceIso}>
            {props.since}
          </time>
        </Fact>
        <Fact term={groups.length === 1 ? 'Group' : 'Groups'}>
          <GroupList groups={groups} />
        </Fact>
      </Facts>
      {!hasFront && <Places heading="Your tools" places={places} />}
      <div class="actions">
        {hasFront && (
          <a class="button" href="/">
            Continue
          </a>
        )}
        <PostForm action={paths.logout} csrfToken={csrfToken}>
          <button type="submit" class="quiet">
            Sign out
          </button>
        </PostForm>
      </div>
      {hasFront && <Places heading="Other tools" places={places} />}
      <h2>Security</h2>
      <ul class="choices">
        <li>
          <a href={paths.enrol}>Replace your authenticator app</a>
          <p class="hint">For a new phone. Takes a current code, and signs you out elsewhere.</p>
        </li>
        <li>
          <PostForm action={paths.logoutEverywhere} csrfToken={csrfToken} class="plain">
            <button type="submit" class="link">
              Sign out everywhere
            </button>
          </PostForm>
          <p class="hint">Ends every session of yours, on this and on other devices.</p>
        </li>
      </ul>
    </>
  );
}

/** Ways into tools; nothing where there are none. */
function Places({ heading, places }: Pick<AccountProps, 'places'> & { readonly heading: string }) {
  if (places.length === 0) return null;
  return (
    <>
      <h2>{heading}</h2>
      <ul class="choices places">
        {places.map(({ label, href }) => (
          <li key={href}>
            <a href={href}>{label}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
