/**
 * Makes the same cluster on simulated servers and on real Incus (root needed), and tells what was asked of them
 * differently. With --write the lines of real Incus become the ones that the simulated tier is held against.
 */
import { writeRealTranscript } from '../scenarios/lib/real-transcript.ts';
import { recordReal, recordSimulated } from '../scenarios/lib/record-transcript.ts';
import { differencesOf, disorderOf, linesOf } from '../scenarios/lib/transcript.ts';
import { worldDifferences } from '../scenarios/lib/world-differences.ts';
import { readCommandLine } from './command-line.ts';

const usage = `
Usage: bin/node24 tools/transcripts.ts [--write]     needs root

  --write  hold the simulated tier against what real Incus was asked now
`;
const { values } = readCommandLine(usage, { write: { type: 'boolean', default: false } });
const [simulated, real] = [await recordSimulated(), await recordReal()];
const lines = linesOf(real);
const reasons = new Map(worldDifferences.map(({ line, reason }) => [line, reason]));
const differences = differencesOf({ world: 'simulator', lines: linesOf(simulated) }, { world: 'real Incus', lines });
const disorder = [...disorderOf(simulated), ...disorderOf(real)];

for (const line of lines) process.stdout.write(`${line}\n`);
for (const line of differences) process.stdout.write(`${line}\n  ${reasons.get(line) ?? 'NOT EXPLAINED'}\n`);
for (const line of disorder) process.stdout.write(`${line}\n`);
if (values.write) writeRealTranscript(lines);
process.stdout.write(
  `${lines.length} calls, ${differences.length} differences, ${disorder.length} calls against the order of the plan\n`,
);
process.exit(differences.every((line) => reasons.has(line)) && disorder.length === 0 ? 0 : 1);
