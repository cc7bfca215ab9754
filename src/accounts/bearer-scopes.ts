/** What a bearer may do, as the words that operators write. @module */
import type { Bearer } from '../store/contract.ts';

/** `--help` and refusals say it the same way. */
export const SCOPES_IN_WORDS = 'check:USER, check:*, services:manage or pass:ROUTE';

// The name of a person, a service or a route: one word that a log line can show.
const SCOPE = /^(?:check:[^\s\p{C}]{1,260}|pass:[^\s\p{C}]{1,128}|services:manage)$/u;

/** Whether somebody wrote a scope that there is. */
export const isScope = (text: string): boolean => SCOPE.test(text);

/** May check the codes of whoever is named. */
const EVERYBODY = 'check:*';

/**
 * Whose codes the bearer checks where nobody is named: the one subject that it is for.
 *
 * @returns undefined for a bearer that checks several people's codes, or nobody's
 */
export function defaultSubject({ scopes }: Pick<Bearer, 'scopes'>): string | undefined {
  const subjects = scopes.filter((scope) => scope.startsWith('check:') && scope !== EVERYBODY);
  return subjects.length === 1 ? subjects[0]?.slice('check:'.length) : undefined;
}

/** Whether any scope is about codes at all. */
export const checksCodes = ({ scopes }: Pick<Bearer, 'scopes'>): boolean =>
  scopes.some((scope) => scope.startsWith('check:'));

/**
 * Whether the bearer may check this person's code.
 *
 * @param canonical  folds the spellings of one name into one
 */
export function mayCheck(
  { scopes }: Pick<Bearer, 'scopes'>,
  subject: string,
  canonical: (name: string) => string,
): boolean {
  return (
    scopes.includes(EVERYBODY) ||
    scopes.some(
      (scope) =>
        scope.startsWith('check:') &&
        canonical(scope.slice('check:'.length)) === canonical(subject),
    )
  );
}

/** Whether the bearer may list, make, change and verify services. */
export const mayManageServices = ({ scopes }: Pick<Bearer, 'scopes'>): boolean =>
  scopes.includes('services:manage');

/** Names of the routes that the bearer opens. */
export const routesOf = ({ scopes }: Pick<Bearer, 'scopes'>): readonly string[] =>
  scopes.flatMap((scope) => (scope.startsWith('pass:') ? [scope.slice('pass:'.length)] : []));
