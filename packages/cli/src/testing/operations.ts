import type { Operation, OperationStep } from '@operations-center/contract';

const began = '2026-11-22T21:00:00.000Z';

/** A step in one word: `join-member/server3 running`. */
export function step(text: string, facts: Partial<OperationStep> = {}): OperationStep {
  const [key = '', state = 'pending'] = text.split(' ');
  const [name = '', ...target] = key.split('/');
  return {
    key,
    name,
    target: target.length === 0 ? null : target.join('/'),
    about: key,
    state: state as OperationStep['state'], // written by the tests themselves
    attempt: 1,
    started_at: state === 'pending' ? null : began,
    ended_at: ['succeeded', 'failed', 'undone'].includes(state) ? '2026-11-22T21:00:03.000Z' : null,
    already: false,
    ...facts,
  };
}

export function operation(
  status: Operation['metadata']['status'],
  steps: readonly OperationStep[],
  facts: Partial<Operation['metadata']> = {},
): Operation {
  return {
    id: '3f9c1e00-0000-4000-8000-000000000000',
    class: 'task',
    description: 'Create cluster "wonderful" from 3 servers',
    created_at: began,
    updated_at: '2026-11-22T21:00:21.000Z',
    status: 'Running',
    status_code: 103,
    resources: {
      servers: ['server1', 'server2', 'server3'].map((name) => `/1.0/provisioning/servers/${name}`),
    },
    metadata: {
      workflow: 'create-cluster',
      version: 1,
      status,
      requested_by: 'unix',
      steps: [...steps],
      waits: [],
      direction: 'forward',
      exits: [],
      ways_out: [],
      failure: null,
      first_failure: null,
      warnings: [],
      ...facts,
    },
    may_cancel: true,
    err: '',
    location: '',
  };
}
