/** A fleet of pretend IncusOS machines (design §6): for tests and tools that want one without starting the program. */
export { type Clock, manualClock, systemClock } from './clock.ts';
export { type Control, describeServer, startControl } from './control.ts';
export { FAULTS, type Fault, type FaultName, type Faults, makeFaults, parseFault } from './faults.ts';
export { type Fleet, type FleetOptions, makeFleet } from './fleet.ts';
export { type DoorLife, type DoorReply, type InProcessDoor, makeInProcessDoor } from './in-process-door.ts';
export { MISHAPS, type Mishap, type MishapName } from './mishaps.ts';
export type { LoggedRequest, RequestLog } from './request-log.ts';
export type { SimulatedServer } from './simulated-server.ts';
