/** Which passwords people may choose. @module */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { normalise, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password.ts';

/** Judges new passwords; old ones are never asked again. */
export interface PasswordRules {
  /** @returns what is wrong and what would be better, or undefined when it may be used */
  problemOf(password: string | undefined, name: string): Promise<string | undefined>;
}

// While a password is estimated nobody else is served, and an invitation is all that it
// takes to ask again and again: with the library's own bounds 64 hostile characters cost
// 40 ms, with these 6. What is unguessable in its first 32 characters is so as a whole.
const MAX_ESTIMATED_LENGTH = 32;
const MAX_SUBSTITUTIONS = 10;
// 3 of 4: more than 10^8 guesses, which the throttle turns into a million days.
const MIN_SCORE = 3;

/**
 * At least twelve characters, nothing common, nothing with the name in it
 * (NIST SP 800-63B §5.1.1.2); no rules about capitals and signs.
 */
export function createPasswordRules(): PasswordRules {
  let estimator: Promise<ZxcvbnFactory> | undefined;
  return {
    async problemOf(password, name) {
      const problem = problemOfForm(password, name);
      if (problem !== undefined || password === undefined) return problem;
      estimator ??= loadEstimator();
      const text = normalise(password).slice(0, MAX_ESTIMATED_LENGTH);
      if ((await estimator).check(text, [name]).score >= MIN_SCORE) return undefined;
      return 'This password is easy to guess. Three or four unrelated words make a good one.';
    },
  };
}

function problemOfForm(password: string | undefined, name: string): string | undefined {
  if (password === undefined || password === '') return 'Please choose a password.';
  if (password.length > 2 * PASSWORD_MAX_LENGTH) return TOO_LONG;
  const text = normalise(password);
  const length = [...text].length;
  if (length < PASSWORD_MIN_LENGTH) {
    return `Please use at least ${PASSWORD_MIN_LENGTH} characters. A few words with spaces are fine.`;
  }
  if (length > PASSWORD_MAX_LENGTH) return TOO_LONG;
  // A name of one or two letters is inside most passwords and tells nothing about them.
  const folded = name.toLowerCase();
  if (folded.length >= 3 && text.toLowerCase().includes(folded)) {
    return 'Please leave your username out of the password: it is the first thing anybody tries.';
  }
  return undefined;
}

const TOO_LONG = `Please use at most ${PASSWORD_MAX_LENGTH} characters.`;

// 30 MB of dictionaries: only processes that see a new password pay for them.
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [core, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary: common.dictionary,
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: MAX_SUBSTITUTIONS,
  });
}
