/** Prints the closing lines: what was skipped and why, then the counts on one line. @module */
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      // A file that does not load, and a hook that throws, have no test to count.
      for (const group of [module, ...module.children.allSuites()]) {
        counts.failed += group.errors().length;
      }
      for (const test of module.children.allTests()) {
        const outcome = outcomeOf(test);
        counts[outcome] += 1;
        if (outcome === 'skipped') add(reasons, reasonOf(test));
      }
    }
    const lines = [...reasons].map(([reason, times]) => `skipped ${times}: ${reason}`);
    lines.push(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
    const isComplete = counts.skipped === 0 || process.env.CI !== 'true';
    if (counts.failed > 0 || !isComplete) process.exitCode = 1;
  }
}

/** A test that its suite's broken hook kept from running has not been skipped. */
function outcomeOf(test: TestCase): 'passed' | 'failed' | 'skipped' {
  const { state } = test.result();
  if (state === 'passed' || state === 'failed') return state;
  return hasBrokenParent(test) ? 'failed' : 'skipped';
}

function hasBrokenParent(test: TestCase): boolean {
  let group: TestSuite | TestModule = test.parent;
  while (group.type === 'suite') {
    if (group.errors().length > 0) return true;
    group = group.parent;
  }
  return group.errors().length > 0;
}

/** Suites that need a program are named by `describeWith`: `[needs nginx] …`. */
function reasonOf(test: TestCase): string {
  const programs = /\[needs ([^\]]+)\]/.exec(test.fullName)?.[1];
  if (programs === undefined) return test.fullName;
  if (programs.startsWith('the ')) return `needs ${programs}`;
  return `${programs} ${programs.includes(' and ') ? 'are' : 'is'} not installed`;
}

const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
