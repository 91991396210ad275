import { expect, test } from 'vitest';
import { subcommands } from './subcommands.ts';
import { helpOf, usage, usageOf, withUsage } from './usage.ts';
import { UsageError } from './usage-error.ts';

test.each(subcommands.map((one) => [one.name, one] as const))(
  '%s: its help has every option of its usage, and an example that begins as it is typed',
  (name, subcommand) => {
    const help = helpOf(subcommand);
    expect(help).toMatch(new RegExp(`^Usage: operations-centerd ${name} `));
    for (const option of subcommand.usage.match(/--[a-z-]+/g) ?? []) expect(help).toMatch(`\n  ${option}`);
    expect(subcommand.examples.length).toBeGreaterThan(0);
    for (const example of subcommand.examples) expect(example.split(' ')[0]).toBe(name);
    // The general help names it and is another text.
    expect(usage).toContain(`operations-centerd ${name} ${subcommand.usage}`);
    expect(help).not.toContain('--listen');
  },
);

test.each(subcommands.map((one) => [one.name, one] as const))(
  '%s: an option that there is not is told with how it is used, without advice for another program',
  async (_, subcommand) => {
    const told = withUsage(usageOf(subcommand), () => subcommand.run(['--nosuch']));
    await expect(told).rejects.toThrow(`Unknown option '--nosuch'\n${usageOf(subcommand)}`.trimEnd());
  },
);

test('what is no mistake on the command line stays as it is', async () => {
  const thrown = new Error('the disk is full');
  await expect(withUsage('Usage: x', async () => Promise.reject(thrown))).rejects.toBe(thrown);
  await expect(withUsage('Usage: x\n', async () => Promise.reject(new UsageError('no FILE')))).rejects.toThrow(
    'no FILE\nUsage: x',
  );
});
