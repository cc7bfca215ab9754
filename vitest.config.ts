import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['./test/global-postgres.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: real browsers and servers in three files at once starve each other.
    maxWorkers: 2,
    reporters: ['default', './test/reporter.ts'],
  },
});
