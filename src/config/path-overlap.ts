/** Whether one path lies within another, segment by segment. @module */
import { isWithin, type Path } from './problem.ts';

/** `/app/x` and `/app` lie under `/app`; `/apple` does not. */
export function isUnder(path: string, prefix: string): boolean {
  const segments = (text: string): Path => text.split('/').filter((part) => part !== '');
  return isWithin(segments(path), segments(prefix));
}
