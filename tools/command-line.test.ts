import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const run = (tool: string, ...words: string[]) =>
  spawnSync(join(import.meta.dirname, '../bin/node24'), [join(import.meta.dirname, tool), ...words], {
    encoding: 'utf8',
    timeout: 30_000,
  });

// A person who only asks what a tool does must not have begun an hour of work.
test.each(['proof.ts', 'bench.ts', 'test.ts', 'demo.ts'])(
  '%s: --help says how it is used, a word that it does not know is refused, and neither begins anything',
  (tool) => {
    const help = run(tool, '--help');
    expect(help).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^Usage: npm /) });
    const unknown = run(tool, '--nosuch');
    expect(unknown).toMatchObject({ status: 1, stdout: '' });
    expect(unknown.stderr).toBe(`Unknown option '--nosuch'\n\n${help.stdout}`);
  },
  60_000,
);
