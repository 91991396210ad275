import { defineConfig } from 'vitest/config';

/** Whole-system stories: real processes, real sockets. Files run one after the other; they share two cores. */
export default defineConfig({
  test: {
    include: (process.env['SCENARIOS'] ?? 'scenarios/simulated/**/*.test.ts').split(' '),
    pool: 'forks',
    fileParallelism: false,
    maxConcurrency: 2,
    testTimeout: 180_000,
    retry: Number(process.env['TEST_RETRY'] ?? 0),
    hookTimeout: 180_000,
    reporters: ['default', './tools/plain-reporter.ts'],
  },
});
