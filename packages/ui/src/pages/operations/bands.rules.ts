import type { OperationStep } from '@operations-center/contract';

/** Steps of the whole cluster, one after the other. */
export type Line = { kind: 'line'; steps: OperationStep[] };
/** Steps of single servers: a row for each server, a column for each kind of step, in the order in which they come. */
export type Matrix = {
  kind: 'matrix';
  columns: string[];
  rows: { server: string; cells: (OperationStep | undefined)[] }[];
};

/** The plan from top to bottom: what concerns all, what concerns each server, what concerns all again. */
export function toBands(steps: readonly OperationStep[], servers: readonly string[]): (Line | Matrix)[] {
  const bands: { isOfServers: boolean; steps: OperationStep[] }[] = [];
  for (const step of steps) {
    const isOfServers = step.target !== null && servers.includes(step.target);
    const last = bands.at(-1);
    if (last?.isOfServers === isOfServers) last.steps.push(step);
    else bands.push({ isOfServers, steps: [step] });
  }
  return bands.map(({ isOfServers, steps }) => (isOfServers ? toMatrix(steps, servers) : { kind: 'line', steps }));
}

function toMatrix(steps: readonly OperationStep[], servers: readonly string[]): Matrix {
  const columns = [...new Set(steps.map(({ name }) => name))];
  const byKey = new Map(steps.map((step) => [`${step.name}/${step.target ?? ''}`, step]));
  const rows = servers
    .filter((server) => steps.some(({ target }) => target === server))
    .map((server) => ({ server, cells: columns.map((name) => byKey.get(`${name}/${server}`)) }));
  return { kind: 'matrix', columns, rows };
}

const shortNames: Readonly<Record<string, string>> = {
  'configure-services': 'services',
  'set-addresses': 'addresses',
  'back-up-application': 'backup',
  'join-member': 'join',
  'await-member': 'member',
  'first-inventory': 'inventory',
  'read-inventory': 'inventory',
  'watch-events': 'events',
};

/** The words of the command line for the same steps. */
export const shortName = (name: string): string => shortNames[name] ?? name;

/** `join`, or the item that it is about: `storage-pool/local`. */
export const lineWord = ({ name, target }: OperationStep): string => target ?? shortName(name);
