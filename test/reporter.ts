/** Prints the closing lines: what was skipped and why, then the counts on one line. @module */
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      // A file that does not load has no tests to count; it is a failure all the same.
      if (module.state() === 'failed' && module.children.size === 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        counts[state === 'pending' ? 'skipped' : state] += 1;
        if (state === 'skipped' || state === 'pending') count(reasons, reasonOf(test));
      }
    }
    const lines = [...reasons].map(([reason, times]) => `skipped ${times}: ${reason}`);
    lines.push(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
    const isCi = process.env.CI === 'true';
    if (isCi && counts.skipped > 0) process.exitCode = 1;
  }
}

/** Suites that need a program name it: `describe.skipIf(!has('nginx'))('[needs nginx] …')`. */
function reasonOf(test: TestCase): string {
  return (
    /\[needs ([^\]]+)\]/.exec(test.fullName)?.[1]?.concat(' is not installed') ?? test.fullName
  );
}

const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
