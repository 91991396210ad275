import type { Operation, OperationStep } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { clustersOf, countDone, isResting, standOf, tookMs } from '../../data/operation.rules.ts';
import { lineWord, toBands } from './bands.rules.ts';

const step = (key: string, state: OperationStep['state'] = 'pending'): OperationStep => {
  const [name = '', ...target] = key.split('/');
  return {
    ...{ key, name, target: target.length === 0 ? null : target.join('/'), about: key, state, attempt: 1 },
    ...{ started_at: null, ended_at: null, already: false },
  };
};

const operation = (status: Operation['metadata']['status'], steps: OperationStep[] = []): Operation =>
  ({
    ...{ created_at: '2026-11-23T10:00:00Z', updated_at: '2026-11-23T10:00:40Z' },
    resources: { clusters: ['/1.0/provisioning/clusters/a%2Fb'] },
    metadata: { status, steps, failure: null },
  }) as unknown as Operation; // the rules read these fields alone

test('a plan is shown from top to bottom: what concerns all, each server, all again', () => {
  const bands = toBands(
    ['preflight', 'services/s1', 'services/s2', 'bootstrap/s1', 'join/s2', 'apply/storage-pool/local'].map((key) =>
      step(key),
    ),
    ['s1', 's2'],
  );
  expect(
    bands.map((band) =>
      band.kind === 'line'
        ? band.steps.map(lineWord)
        : [band.columns, ...band.rows.map(({ server, cells }) => [server, ...cells.map((cell) => cell?.key)])],
    ),
  ).toEqual([
    ['preflight'],
    [
      ['services', 'bootstrap', 'join'],
      ['s1', 'services/s1', 'bootstrap/s1', undefined],
      ['s2', 'services/s2', undefined, 'join/s2'],
    ],
    ['storage-pool/local'],
  ]);
});

test('what is over stands still, what was cancelled did not fail, and a name is read from its address', () => {
  const nowMs = Date.parse('2026-11-23T11:00:00Z');
  expect([tookMs(operation('finished'), nowMs), tookMs(operation('running'), nowMs)]).toEqual([40_000, 3_600_000]);
  expect([isResting(operation('paused')), isResting(operation('undoing'))]).toEqual([true, false]);
  expect(standOf(operation('undone'))).toEqual({ state: 'unreachable', word: 'cancelled, taken back' });
  expect(clustersOf(operation('running'))).toEqual(['a/b']);
  expect(countDone(operation('running', [step('a', 'succeeded'), step('b', 'skipped'), step('c')]))).toEqual({
    done: 2,
    all: 3,
  });
});
