import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends a run with one plain line, `N passed, N failed[, N skipped]`, that other programs can read. Before it stands each
 * test that was red once and green when tried again, with what it said: it counts as passed, and is to be looked into.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.diagnostic()?.flaky === true) process.stdout.write(unsteady(module, test));
      }
    }
    const skipped = count.skipped + count.pending;
    process.stdout.write(
      `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}

const unsteady = (module: TestModule, test: TestCase): string => {
  const said = test.result().errors?.map(({ message }) => message.split('\n', 1)[0]) ?? [];
  return `UNSTEADY: ${module.relativeModuleId} > ${test.fullName}: red at first: ${said.join('; ')}\n`;
};
