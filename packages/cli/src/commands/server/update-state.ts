import type { ServerAnswer } from '@operations-center/contract';

const maintenance = { none: 0, evacuating: 1, evacuated: 2, restoring: 3 };
const incusKinds = ['incus', 'incus-lts-7.0'];

type Facts = {
  server_status: string;
  server_status_detail: string;
  needs_update: boolean;
  needs_reboot: boolean;
  in_maintenance: number;
  /** A member of an Incus cluster can be evacuated; anything else can only be rebooted. */
  evacuates: boolean;
};

function factsOf(server: ServerAnswer): Facts {
  const versions = server.version_data;
  return {
    server_status: server.server_status,
    server_status_detail: server.server_status_detail,
    needs_update: versions['needs_update'] === true,
    needs_reboot: versions['needs_reboot'] === true,
    in_maintenance: typeof versions['in_maintenance'] === 'number' ? versions['in_maintenance'] : 0,
    evacuates: server.cluster !== '' && incusKinds.includes(server.server_type),
  };
}

/** Where a server stands in the round of updates; OC's words, computed by its clients. */
export function updateState(server: ServerAnswer): string {
  const facts = factsOf(server);
  const { server_status: status, server_status_detail: detail, in_maintenance: level } = facts;
  if (status === 'unknown' || status === 'pending') return 'undefined';
  if (status === 'offline' && detail === 'rebooting') {
    return level === maintenance.evacuated ? 'in maintenance, rebooting' : 'rebooting';
  }
  if (detail === 'updating') return 'updating';
  if (detail === 'updating application') return 'undefined';
  const settled = !facts.needs_update && !facts.needs_reboot && level === maintenance.none;
  if (settled && ((status === 'ready' && detail === '') || status === 'offline')) return 'up to date';
  if (facts.needs_update) return 'update pending';
  if (level === maintenance.evacuating) return 'evacuating';
  if (level === maintenance.restoring) return 'restoring';
  if (detail === 'restoring') return level === maintenance.none ? 'post restore' : 'restoring';
  if (facts.needs_reboot) return rebootState(facts);
  return level === maintenance.evacuated ? 'in maintenance, restore pending' : 'undefined';
}

function rebootState({ evacuates, in_maintenance: level }: Facts): string {
  if (level === maintenance.none) return evacuates ? 'evacuation pending' : 'reboot pending';
  return evacuates && level === maintenance.evacuated ? 'in maintenance, reboot pending' : 'undefined';
}

/** What to do next with a server that is ready: update, evacuate, reboot, restore, or nothing. */
export function recommendedAction(server: ServerAnswer): string {
  const facts = factsOf(server);
  if (facts.server_status !== 'ready' || facts.server_status_detail.startsWith('updating')) return '';
  if (facts.needs_update) return 'update';
  if (facts.needs_reboot) {
    if (!facts.evacuates) return facts.in_maintenance === maintenance.none ? 'reboot' : '';
    if (facts.in_maintenance === maintenance.none) return 'evacuate';
    return facts.in_maintenance === maintenance.evacuated ? 'reboot' : '';
  }
  return facts.in_maintenance === maintenance.evacuated ? 'restore' : '';
}
