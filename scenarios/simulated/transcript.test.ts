import { beforeAll, expect, test } from 'vitest';
import type { FleetCall } from '../lib/fleet-calls.ts';
import { readRealTranscript } from '../lib/real-transcript.ts';
import { type Recording, recordSimulated } from '../lib/record-transcript.ts';
import { differencesOf, disorderOf, linesOf, orderedPairsOf } from '../lib/transcript.ts';
import { worldDifferences } from '../lib/world-differences.ts';

let recording: Recording;
beforeAll(async () => {
  recording = await recordSimulated();
});

test('simulated servers are asked what real ones were asked, explained differences apart', () => {
  const simulated = { world: 'simulator', lines: linesOf(recording) };
  const real = { world: 'real Incus', lines: readRealTranscript() };
  expect(real.lines.length).toBeGreaterThan(40);
  expect(differencesOf(simulated, real)).toEqual(worldDifferences.map(({ line }) => line));
});

test('in the order of the plan', () => {
  expect(disorderOf(recording)).toEqual([]);
  expect(orderedPairsOf(recording)).toBeGreaterThan(500);
});

const call = (at: number, method: string, path: string, body?: unknown): FleetCall => ({
  at,
  ms: 100,
  server: 'server1',
  method,
  path,
  body,
  status: 200,
});
const recordingOf = (...calls: FleetCall[]) => ({
  calls,
  servers: [{ name: 'server1', url: 'https://10.0.0.1:8443' }],
});

test('what only one world was asked is a difference, as often as it is missing', () => {
  const left = { world: 'left', lines: ['a', 'a', 'b'] };
  const right = { world: 'right', lines: ['a', 'b', 'c'] };
  expect(differencesOf(left, right)).toEqual(['only left: a', 'only right: c']);
});

test('a call that began before the one it needs had its answer is out of order', () => {
  const pool = call(1_000, 'POST', '/1.0/storage-pools', { name: 'local' });
  const volume = (at: number) => call(at, 'POST', '/1.0/storage-pools/local/volumes/custom?target=server1', {});
  expect(disorderOf(recordingOf(pool, volume(1_100)))).toEqual([]);
  expect(disorderOf(recordingOf(pool, volume(1_050)))).toHaveLength(1);
});

test('two calls that need nothing of each other have no order', () => {
  const pool = call(1_000, 'POST', '/1.0/storage-pools', { name: 'local' });
  const network = call(1_000, 'POST', '/1.0/networks?project=default', { name: 'incusbr0' });
  expect(disorderOf(recordingOf(pool, network))).toEqual([]);
});
