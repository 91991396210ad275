import { defineConfig } from 'vitest/config';

/** Fast tiers: everything beside the code. Scenarios, real Incus and PostgreSQL run through `npm test`. */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    reporters: ['default', './tools/plain-reporter.ts'],
  },
});
