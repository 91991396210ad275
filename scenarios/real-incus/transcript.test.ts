import { beforeAll, expect, test } from 'vitest';
import { readRealTranscript } from '../lib/real-transcript.ts';
import { type Recording, recordReal, recordSimulated } from '../lib/record-transcript.ts';
import { differencesOf, disorderOf, linesOf, orderedPairsOf } from '../lib/transcript.ts';
import { worldDifferences } from '../lib/world-differences.ts';

let real: Recording;
let simulated: Recording;
beforeAll(async () => {
  real = await recordReal();
  simulated = await recordSimulated();
});

test('both worlds are asked the same, explained differences apart', () => {
  const left = { world: 'simulator', lines: linesOf(simulated) };
  const right = { world: 'real Incus', lines: linesOf(real) };
  expect(differencesOf(left, right)).toEqual(worldDifferences.map(({ line }) => line));
});

test('real Incus is asked in the order of the plan', () => {
  expect(disorderOf(real)).toEqual([]);
  expect(orderedPairsOf(real)).toBeGreaterThan(500);
});

test('what the simulated tier is held against is what real Incus is asked today', () => {
  // Else: bin/node24 tools/transcripts.ts --write
  expect(readRealTranscript()).toEqual(linesOf(real));
});
