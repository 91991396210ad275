import { z } from 'zod';

/** What one check of a preflight says. The list of checks is `docs/generated/checks.md`. */
export const finding = z.object({
  check: z.string().describe('Name of the check: clock-skew'),
  verdict: z.enum(['ok', 'warning', 'blocking', 'skipped']),
  servers: z.array(z.string()).describe('Whom it is about; empty: the request as a whole'),
  seen: z.string().describe('What was read, with its units'),
  cause: z.string().nullable().describe('Why that is a problem, or why the check was skipped; null if ok'),
  remedy: z.string().nullable().describe('What to do: a command that exists'),
  ignorable: z.boolean(),
  ignored: z.boolean().describe('Named in `ignore`: a blocking verdict stops nothing'),
});
export type Finding = z.output<typeof finding>;
