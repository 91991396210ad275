import type { ServerAnswer } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { recommendedAction, updateState } from './update-state.ts';

type Facts = {
  status?: string;
  detail?: string;
  update?: boolean;
  reboot?: boolean;
  maintenance?: number;
  cluster?: string;
  type?: string;
};

function server(facts: Facts): ServerAnswer {
  const some = {
    server_status: facts.status ?? 'ready',
    server_status_detail: facts.detail ?? '',
    server_type: facts.type ?? 'incus',
    cluster: facts.cluster ?? 'c',
    version_data: {
      needs_update: facts.update ?? false,
      needs_reboot: facts.reboot ?? false,
      in_maintenance: facts.maintenance ?? 0,
    },
  };
  return some as unknown as ServerAnswer; // the functions read no other field
}

test.each<[Facts, string, string]>([
  [{ status: 'unknown' }, 'undefined', ''],
  [{ status: 'pending', update: true }, 'undefined', ''],
  [{ status: 'offline', detail: 'rebooting' }, 'rebooting', ''],
  [{ status: 'offline', detail: 'rebooting', maintenance: 2 }, 'in maintenance, rebooting', ''],
  [{ detail: 'updating', update: true }, 'updating', ''],
  [{ detail: 'updating application', update: true }, 'undefined', ''],
  [{}, 'up to date', ''],
  [{ status: 'offline', detail: 'unresponsive' }, 'up to date', ''],
  [{ update: true, reboot: true }, 'update pending', 'update'],
  [{ maintenance: 1 }, 'evacuating', ''],
  [{ maintenance: 3 }, 'restoring', ''],
  [{ detail: 'restoring' }, 'post restore', ''],
  [{ detail: 'restoring', maintenance: 2 }, 'restoring', 'restore'],
  [{ reboot: true }, 'evacuation pending', 'evacuate'],
  [{ reboot: true, maintenance: 2 }, 'in maintenance, reboot pending', 'reboot'],
  [{ reboot: true, cluster: '' }, 'reboot pending', 'reboot'],
  [{ reboot: true, type: 'migration-manager' }, 'reboot pending', 'reboot'],
  [{ reboot: true, cluster: '', maintenance: 2 }, 'undefined', ''],
  [{ maintenance: 2 }, 'in maintenance, restore pending', 'restore'],
  [{ detail: 'evacuating' }, 'undefined', ''],
])('%j is "%s", next "%s"', (facts, state, action) => {
  expect([updateState(server(facts)), recommendedAction(server(facts))]).toEqual([state, action]);
});
