import { defineConfig } from 'vitest/config';
import { hasPostgres } from './test/postgres-server.ts';

/** These run a second time, on PostgreSQL: the same flow, the same attacks. */
const ON_BOTH_STORES = [
  'test/e2e/sign-in.test.ts',
  'test/e2e/outage.test.ts',
  'test/e2e/attacks/*.test.ts',
  'test/accounts/{guessing,sign-in,sign-up}.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['./test/global-postgres.ts'],
    // Only what hangs is ended so: a slow machine may take long, and rules have bounds of their own.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for in other processes comes when it comes; bounds are measured where they count.
    expect: { poll: { timeout: 50_000 } },
    // Two cores: real browsers and servers in three files at once starve each other.
    maxWorkers: 2,
    reporters: ['default', './test/reporter.ts'],
    projects: [
      { extends: true, test: { name: 'sqlite', include: ['test/**/*.test.{ts,tsx}'] } },
      // Where it is missing, the tests of the store itself say so.
      ...(hasPostgres()
        ? [
            {
              extends: true as const,
              test: {
                name: 'postgres',
                include: ON_BOTH_STORES,
                env: { TEST_STORE: 'postgres' },
              },
            },
          ]
        : []),
    ],
  },
});
