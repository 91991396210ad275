/**
 * Makes everything go wrong that can go wrong in a creation, each in a world of its own, and prints how it ends: that the
 * name is free and the same servers can be clustered again at once, or that the cluster stands. Real Incus with `--real`
 * (needs root); any other word keeps the rows that contain it.
 */
import { failureCases, mishaps } from '../scenarios/lib/failure-cases.ts';
import { failureTableText, runFailureTable } from '../scenarios/lib/failure-table.ts';
import { realTrio, simulatedTrio } from '../scenarios/lib/trio.ts';
import { readCommandLine } from './command-line.ts';

const usage = `
Usage: bin/node24 tools/failure-table.ts [WORD] [--real]

  WORD    only the rows that contain it
  --real  on real Incus daemons; needs root
`;
const { values, positionals } = readCommandLine(usage, { real: { type: 'boolean', default: false } }, true);
const [part = ''] = positionals;
const cases = [...failureCases, ...mishaps].filter(({ what }) => what.includes(part));
const open = values.real ? realTrio : simulatedTrio;
const rows = await runFailureTable(open, ({ what, end }) => process.stderr.write(`${what}: ${end}\n`), cases);
const failed = rows.filter(({ wrong }) => wrong.length > 0).length;
process.stdout.write(`${failureTableText(rows)}\n${rows.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1;
