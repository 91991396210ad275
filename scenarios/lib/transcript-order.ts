import type { FleetCall } from './fleet-calls.ts';

/** The stages of a creation, in order; each begins when the one before is over, where `isSameServer` says so there only. */
const stages = ['services', 'backup', 'addresses', 'bootstrap', 'joins', 'items'] as const;
type Stage = (typeof stages)[number];

/** IncusOS' own order; only these two stand in the page. */
const serviceOrder = ['nvme', 'lvm'];

/** Does the plan say that `first` is over before `second` begins? */
export function mustPrecede(first: FleetCall, second: FleetCall): boolean {
  if (first === second) return false;
  const [a, b] = [stageOf(first), stageOf(second)];
  if (a !== b) return precedesStage(a, b, first.server === second.server);
  if (a === 'services') return first.server === second.server && placeOfService(first) < placeOfService(second);
  if (a === 'joins') return placeOfJoin(first) < placeOfJoin(second);
  if (a === 'items') return precedesItem(first, second);
  return false;
}

function stageOf(call: FleetCall): Stage {
  const { method, path } = call;
  if (path.startsWith('/os/1.0/services/')) return 'services';
  if (path.endsWith('/:backup')) return 'backup';
  if (path === '/1.0/cluster/members') return 'joins';
  if (path === '/1.0/cluster') return bodyOf(call)['cluster_address'] === '' ? 'bootstrap' : 'joins';
  const keys = Object.keys(bodyOf(call)['config'] ?? {});
  const isAddresses = method === 'PUT' && path === '/1.0' && keys.every((key) => key.endsWith('.https_address'));
  return isAddresses ? 'addresses' : 'items';
}

/** Until the bootstrap each server goes its own way. */
function precedesStage(a: Stage, b: Stage, isSameServer: boolean): boolean {
  const isBefore = stages.indexOf(a) < stages.indexOf(b);
  return isBefore && (isSameServer || stages.indexOf(b) >= stages.indexOf('bootstrap'));
}

const placeOfService = ({ path }: FleetCall): number => serviceOrder.indexOf(path.split('/').at(-1) ?? '');

/** The token of a server, its join, the token of the next one. */
function placeOfJoin(call: FleetCall): number {
  const joiner = String(bodyOf(call)['server_name']);
  return Number(joiner.replace(/\D/g, '')) * 2 + (call.method === 'PUT' ? 1 : 0);
}

/** What is used is there before; what is made on each member is made there before it is made. */
function precedesItem(first: FleetCall, second: FleetCall): boolean {
  const made = nameOf(first);
  if (first.method !== 'POST') return isServerConfig(first) && isServerConfig(second) && isOnMember(first, second);
  if (pathOf(first) === pathOf(second) && nameOf(second) === made) return isOnMember(first, second);
  const isWhole = targetOf(first) === null;
  switch (pathOf(first)) {
    case '/1.0/projects':
      return made !== 'default' && (projectOf(second) === made || projectsOf(second).includes(made));
    case '/1.0/storage-pools':
      return isWhole && pathOf(second).startsWith(`/1.0/storage-pools/${made}/volumes`);
    case '/1.0/networks':
      return isWhole && pathOf(second).startsWith('/1.0/profiles') && usesNetwork(second, made);
    default:
      return pathOf(first).endsWith('/volumes/custom') && isServerConfig(second) && usesVolume(second, made);
  }
}

const isOnMember = (first: FleetCall, second: FleetCall): boolean =>
  targetOf(first) !== null && targetOf(second) === null;
const isServerConfig = (call: FleetCall): boolean => call.method === 'PUT' && pathOf(call) === '/1.0';

const usesNetwork = (profile: FleetCall, name: string): boolean =>
  JSON.stringify(bodyOf(profile)['devices'] ?? {}).includes(`"network":"${name}"`);
const usesVolume = (config: FleetCall, name: string): boolean =>
  targetOf(config) !== null && JSON.stringify(bodyOf(config)).includes(`/${name}"`);

const urlOf = ({ path }: FleetCall): URL => new URL(path, 'https://server');
const pathOf = (call: FleetCall): string => urlOf(call).pathname;
const targetOf = (call: FleetCall): string | null => urlOf(call).searchParams.get('target');
const projectOf = (call: FleetCall): string | null => urlOf(call).searchParams.get('project');
const bodyOf = ({ body }: FleetCall): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
const nameOf = (call: FleetCall): string => {
  const { name } = bodyOf(call);
  return typeof name === 'string' ? name : '';
};
const projectsOf = (call: FleetCall): readonly string[] => {
  const { projects } = bodyOf(call);
  return Array.isArray(projects) ? projects.map(String) : [];
};
