import { makeBackup, readBackup } from './backup.ts';
import { makeCall } from './call.ts';
import { addCertificate } from './certificates.ts';
import { makeChurn } from './churn/churn.ts';
import { emptyDatabase } from './database.ts';
import { dispatch, isTrusted } from './dispatch.ts';
import { cutListeners, openListener } from './events.ts';
import { grow, growIfDue } from './grown/grow.ts';
import type { Machine, World } from './machine.ts';
import {
  firstRow,
  HEARTBEAT_MS,
  isClustered,
  makeMachine,
  makeStore,
  seat,
  serverName,
  shownCertificate,
} from './machine.ts';
import type { IncusMember, IncusRequest, IncusWorld, IncusWorldOptions, MemberOptions } from './member.ts';
import { IncusError, refusal } from './reply.ts';
import { assignRaftRoles } from './roles.ts';
import { truthOf } from './truth.ts';

/** All simulated Incus daemons of one process: members of one cluster share its state, a join finds its target by address. */
export function makeIncusWorld(options: IncusWorldOptions): IncusWorld {
  const world: World = { ...options, machines: [], stopMachine: (machine) => setRunning(machine, false) };
  return { makeMember: (wish) => makeMember(world, wish), churn: makeChurn(world) };
}

function makeMember(world: World, options: MemberOptions): IncusMember {
  const machine = makeMachine(world, options);
  world.machines.push(machine);
  return {
    get serverName() {
      return serverName(machine);
    },
    handle: (request) => dispatch(machine, request),
    openEvents: (request, send, close) => openEvents(machine, request, send, close),
    cutEvents: () => cutListeners(machine),
    tls: () => shownCertificate(machine),
    own: () => machine.own,
    isTrusted: (fingerprint) =>
      machine.store.data.certificates.some((row) => row.fingerprint === fingerprint && row.type !== 'metrics'),
    trust: (entry) => {
      const row = { ...entry, type: 'client' as const, restricted: false, projects: [], description: '' };
      addCertificate(machine.store.data.certificates, row);
    },
    isClustered: () => isClustered(machine),
    backup: () => makeBackup(machine),
    restore: async (archive) => restore(machine, await readBackup(archive)),
    factoryReset: (fresh) => {
      stop(machine);
      machine.own = fresh;
      machine.outside.clear();
      const data = emptyDatabase({ 'core.https_address': `${options.addresses.management}:8443` });
      seat(machine, makeStore(world, data), firstRow(data));
      start(machine);
    },
    grow: (wish) => grow(machine.store.data, world.clock.nowMs(), wish),
    truth: (kinds) => truthOf(machine, kinds),
    setRunning: (up) => setRunning(machine, up),
    isRunning: () => machine.running,
  };
}

function openEvents(machine: Machine, request: IncusRequest, send: (text: string) => void, close: () => void) {
  try {
    const trusted = isTrusted(machine, request);
    if (!trusted) throw new IncusError(403, 'not authorized');
    if (request.query.get('all-projects') === 'true') growIfDue(machine);
    const listener = openListener(makeCall(machine, request, {}, trusted), send, close);
    return { closed: () => void machine.listeners.delete(listener) };
  } catch (error) {
    if (error instanceof IncusError) return refusal(error.status, error.message);
    throw error;
  }
}

function restore(machine: Machine, backup: Awaited<ReturnType<typeof readBackup>>): void {
  stop(machine);
  machine.own = backup.own;
  // A backup from within a cluster puts the server back into it, if the cluster still stands and still has its row.
  const cluster = backup.data.cluster?.fingerprint;
  const known = machine.world.machines.find(
    (other) => other !== machine && other.store.data.cluster?.fingerprint === cluster,
  );
  const row = cluster === undefined ? undefined : known?.store.data.members.find((one) => one.id === backup.memberId);
  if (known !== undefined && row !== undefined) seat(machine, known.store, row);
  else
    seat(
      machine,
      makeStore(machine.world, backup.data),
      backup.data.members.find((one) => one.id === backup.memberId) ?? firstRow(backup.data),
    );
  start(machine);
}

function setRunning(machine: Machine, up: boolean): void {
  if (up === machine.running) return;
  if (up) start(machine);
  else stop(machine);
}

/** Everything under way ends without a word: operations are forgotten, websockets close. */
function stop(machine: Machine): void {
  assignRaftRoles(machine.store); // what the members still did before this one fell silent
  machine.running = false;
  machine.life += 1;
  machine.operations.clear();
  cutListeners(machine);
  machine.store.silence.set(machine.row.id, { since: machine.world.clock.nowMs(), until: Number.POSITIVE_INFINITY });
}

function start(machine: Machine): void {
  const now = machine.world.clock.nowMs();
  const silence = machine.store.silence.get(machine.row.id);
  machine.running = true;
  machine.startedAt = now;
  // Nobody listens to a server alone: a cluster that it makes later must not take it for silent.
  if (!isClustered(machine)) machine.store.silence.delete(machine.row.id);
  // Seen: a member is Online again with the next heartbeat, 4 to 11 s after it is back.
  else if (silence !== undefined) silence.until = now + HEARTBEAT_MS * (0.4 + machine.world.random() * 0.6);
  assignRaftRoles(machine.store);
}
