import type { Call } from './call.ts';
import { faultOf } from './faults.ts';
import type { Listener, Machine } from './machine.ts';
import { isHeard, location, stamp } from './machine.ts';
import type { Operation } from './operation-state.ts';
import { shownOperation } from './operation-state.ts';
import { IncusError } from './reply.ts';

const TYPES = ['logging', 'operation', 'lifecycle', 'network-acl'];

export type LifecycleExtra = {
  context?: Record<string, unknown>;
  project?: string;
  name?: string;
  /** Seen: events of a project itself say its name outside, and nothing of it in the source. */
  sentAs?: string;
};

/** Something has happened: every member's listeners hear of it, `location` says where. */
export function emitLifecycle(call: Call, action: string, source: string, extra: LifecycleExtra = {}): void {
  const project = extra.project ?? 'default';
  const metadata = {
    action,
    source: project === 'default' ? source : `${source}?project=${encodeURIComponent(project)}`,
    ...(extra.context === undefined ? {} : { context: extra.context }),
    requestor: requestorOf(call),
    // Only instances carry their name and project inside.
    ...(extra.name === undefined ? {} : { name: extra.name, project }),
  };
  const event = { type: 'lifecycle', project: extra.sentAs ?? project, location: location(call.machine), metadata };
  emit(call.machine, event);
}

export function emitOperation(machine: Machine, operation: Operation): void {
  const shown = shownOperation(operation);
  // A token's secret is shown to who asked for it, not to every listener.
  const metadata = operation.class === 'token' ? { ...shown, metadata: null } : shown;
  emit(machine, { type: 'operation', project: operation.project, location: operation.location, metadata });
}

type Event = { type: string; project: string; location: string; metadata: unknown };

function emit(machine: Machine, event: Event): void {
  const text = `${JSON.stringify({
    type: event.type,
    timestamp: stamp(machine.world.clock.nowMs()),
    metadata: event.metadata,
    location: event.location,
    ...(event.project === '' ? {} : { project: event.project }),
  })}\n`;
  for (const member of machine.store.seats.values()) {
    if (!isHeard(member) || (member !== machine && !isHeard(machine))) continue;
    for (const listener of member.listeners)
      if (wants(listener, event) && !isLost(member, listener)) listener.send(text);
  }
}

/** `events-lost[:n]`: every n-th event that this member would send is lost, all of them if no number is given. */
function isLost(member: Machine, listener: Listener): boolean {
  const fault = faultOf(member, 'events-lost');
  listener.due += 1;
  return fault !== undefined && listener.due % (Number(fault.arg) || 1) === 0;
}

/** The connections break; who listened is not told why. */
export function cutListeners(machine: Machine): void {
  for (const listener of machine.listeners) listener.close();
  machine.listeners.clear();
}

function wants(listener: Listener, event: Event): boolean {
  if (!listener.types.has(event.type)) return false;
  return listener.project === undefined || event.project === '' || listener.project === event.project;
}

/** Checks what a websocket asks for and registers it. Throws IncusError. */
export function openListener(call: Call, send: (text: string) => void, close: () => void): Listener {
  const { query } = call.request;
  const all = query.get('all-projects') === 'true';
  const named = query.get('project');
  if (all && named !== null) throw new IncusError(400, 'Cannot specify a project when requesting all projects');
  const project = named ?? 'default';
  if (!all && !call.data.projects.some((row) => row.name === project)) throw new IncusError(404, 'Project not found');
  const types = (query.get('type') ?? '').split(',').filter((type) => type !== '');
  for (const type of types)
    if (!TYPES.includes(type)) throw new IncusError(400, `"${type}" isn't a supported event type`);
  const listener: Listener = {
    types: new Set(types.length === 0 ? TYPES : types),
    project: all ? undefined : project,
    due: 0,
    send,
    close,
  };
  call.machine.listeners.add(listener);
  return listener;
}

function requestorOf(call: Call): Record<string, string> {
  const local = call.request.local === true;
  const name = local ? 'root' : (call.request.clientFingerprint ?? '');
  return { username: name, protocol: local ? 'unix' : 'tls', address: local ? '@' : '127.0.0.1' };
}

/** `GET /1.0/events` without the upgrade to a websocket. */
export function refusePlainEvents(): never {
  throw new IncusError(400, 'Bad Request');
}
