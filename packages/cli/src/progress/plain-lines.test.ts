import { expect, test } from 'vitest';
import { operation, step } from '../testing/operations.ts';
import { makePlainTeller } from './plain-lines.ts';

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

test('each event is one line that begins with its time, and is told once', () => {
  const tell = makePlainTeller();
  const first = operation('running', [step('preflight running'), step('bootstrap/server1 pending')]);
  expect(tell(first, at('21:00:01'))).toEqual([
    '2026-11-22T21:00:00Z operation 3f9c1e00-0000-4000-8000-000000000000: Create cluster "wonderful" from 3 servers, 2 steps',
    '2026-11-22T21:00:00Z preflight: started',
  ]);
  expect(tell(first, at('21:00:02'))).toEqual([]);
  const second = operation('finished', [
    step('preflight succeeded'),
    step('bootstrap/server1 succeeded', { already: true }),
  ]);
  expect(tell(second, at('21:00:04'))).toEqual([
    '2026-11-22T21:00:03Z preflight: done in 3.0 s',
    '2026-11-22T21:00:03Z server1 bootstrap: as wanted already',
    '2026-11-22T21:00:21Z finished after 0:21',
  ]);
});

test('a wait is told when it has become long, once, with what was last seen', () => {
  const tell = makePlainTeller();
  const waiting = operation('running', [step('join-member/server3 running')], {
    waits: [
      {
        for: 'server3 to answer',
        since: '2026-11-22T21:00:00.000Z',
        observed: { text: 'connection refused', at: '2026-11-22T21:00:05.000Z' },
        unblocks: 'it answers',
        exits: ['cancel'],
      },
    ],
  });
  expect(tell(waiting, at('21:00:04')).join('\n')).not.toContain('waiting');
  expect(tell(waiting, at('21:00:07'))).toEqual([
    '2026-11-22T21:00:07Z waiting for: server3 to answer – since 0:07, last "connection refused" 2 s ago; until it answers',
  ]);
  expect(tell(waiting, at('21:00:09'))).toEqual([]);
});

test('a failure and the way back are told with server and cause', () => {
  const tell = makePlainTeller();
  const failure = {
    step: 'join-member',
    target: 'server3',
    code: 'join_failed',
    message: 'connection refused',
    hint: null,
    details: {},
  };
  tell(operation('running', [step('join-member/server3 running')]), at('21:00:01'));
  const lines = tell(operation('undoing', [step('join-member/server3 failed')], { failure }), at('21:00:04'));
  expect(lines).toEqual([
    '2026-11-22T21:00:03Z server3 join: failed',
    '2026-11-22T21:00:21Z taking everything back: server3: connection refused',
  ]);
});

test('what is being taken back is told with the time at which that began', () => {
  const tell = makePlainTeller();
  tell(operation('running', [step('bootstrap/server1 succeeded')]), at('21:00:01'));
  const back = step('bootstrap/server1 undoing', { started_at: '2026-11-22T21:00:07.000Z' });
  expect(tell(operation('undoing', [back]), at('21:00:09'))).toContain(
    '2026-11-22T21:00:07Z server1 bootstrap: taking back',
  );
});
