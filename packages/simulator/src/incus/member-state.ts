import type { Call } from './call.ts';
import { bodyOf, onMember } from './call.ts';
import type { MemberRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import { tellInstance } from './instance-call.ts';
import { changeInstance, instanceFields } from './instance-fields.ts';
import { pause } from './machine.ts';
import { findMember, memberUrl } from './members.ts';
import { startTask } from './operations.ts';
import { poolSpace } from './pool-drivers.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError, ok } from './reply.ts';

export async function showMemberState(call: Call): Promise<Answer> {
  const row = findMember(call);
  const { machine } = await onMember(call, row);
  const uptime = Math.floor((machine.world.clock.nowMs() - machine.startedAt) / 1000);
  const pools = call.data.pools.filter((pool) => pool.status === 'Created').map((pool) => [pool.name, poolSpace()]);
  return ok({
    sysinfo: {
      uptime,
      load_averages: [0.11, 0.13, 0.09],
      total_ram: 68719476736,
      free_ram: 60129542144,
      shared_ram: 8933376,
      buffered_ram: 4116480,
      total_swap: 0,
      free_swap: 0,
      processes: 240,
    },
    storage_pools: Object.fromEntries(pools),
  });
}

const EVACUATION_MODES = ['auto', 'migrate', 'live-migrate', 'refresh-migrate', 'stop', 'stateful-stop', 'force-stop'];

export async function changeMemberState(call: Call): Promise<Answer> {
  const row = findMember(call);
  const here = await onMember(call, row);
  const body = bodyOf(call, 'ClusterMemberStatePost');
  const [action, mode] = [body.text('action'), body.text('mode')];
  if (action === 'evacuate') {
    if (mode !== '' && !EVACUATION_MODES.includes(mode)) {
      throw new IncusError(400, `Invalid value "${mode}" (not one of [${EVACUATION_MODES.join(' ')}])`);
    }
    if (call.data.members.length === 1 && !['', 'auto', 'stop'].includes(mode)) {
      throw new IncusError(400, `Can't perform "${mode}" evacuation on a single node cluster`);
    }
    return accepted(
      maintain(here, row, 'Evacuating cluster member', 'evacuating', 'evacuated', 'cluster-member-evacuated'),
    );
  }
  if (action !== 'restore') throw new IncusError(400, `Unknown action "${action}"`);
  if (mode !== '' && mode !== 'skip') throw new IncusError(400, `Invalid restore mode "${mode}"`);
  return accepted(maintain(here, row, 'Restoring cluster member', 'restoring', 'created', 'cluster-member-restored'));
}

const STATE_MS = 2_000;

function maintain(
  call: Call,
  row: MemberRow,
  description: string,
  during: MemberRow['state'],
  after: MemberRow['state'],
  action: string,
) {
  return startTask(call.machine, { description }, async () => {
    row.state = during;
    if (!(await pause(call.machine, STATE_MS))) return;
    moveInstances(call, row, during === 'evacuating');
    row.state = after;
    emitLifecycle(call, action, memberUrl(row.name));
  });
}

/** Evacuation stops what runs here, restoring starts it again. Simulated instances do not migrate. */
function moveInstances(call: Call, row: MemberRow, stopping: boolean): void {
  for (const item of call.data.instances) {
    if (item.member !== row.id) continue;
    const { status, evacuated } = instanceFields(call.data, item);
    if ((status === 'Running') !== stopping && !evacuated) continue;
    changeInstance(item, { status: stopping ? 'Stopped' : 'Running', evacuated: stopping });
    tellInstance(call, item, stopping ? 'instance-shutdown' : 'instance-started');
  }
}
