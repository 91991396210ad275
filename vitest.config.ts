import { defineConfig } from 'vitest/config';

/** Everything beside the code. `PROOFS=1`: the long proofs in process instead (`*.proof.test.ts`). */
export default defineConfig({
  test: {
    include:
      process.env['PROOFS'] === '1'
        ? ['tools/**/*.proof.test.ts']
        : ['packages/*/src/**/*.test.ts', 'tools/**/!(*.proof).test.ts', 'scenarios/lib/*.test.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    retry: Number(process.env['TEST_RETRY'] ?? 0),
    reporters: ['default', './tools/plain-reporter.ts'],
  },
});
