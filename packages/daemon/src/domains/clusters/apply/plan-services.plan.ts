import { isDeepStrictEqual } from 'node:util';
import type { ServicesConfig } from '@operations-center/documents';
import type { ServiceDocument } from '@operations-center/fleet-protocol';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { usesOf } from '../checks/of-servers/service-uses.rules.ts';
import { planServices } from '../plan/services.plan.ts';
import type { ItemProblem, ServerServices } from './apply.ts';

type Config = Record<string, unknown>;

/** What each member shows of the named services; undefined: its IncusOS has no such service. */
export type LiveServices = Readonly<Record<string, Readonly<Record<string, ServiceDocument | undefined>>>>;

export type PlannedServices = {
  services: readonly ServerServices[];
  /** `lvm on server1`. */
  already: readonly string[];
  problems: readonly ItemProblem[];
};

/**
 * Services of living members: what is as wanted is left alone, what is only added is done, and what could take something
 * away that is in use is refused: that needs each member to be evacuated first.
 */
export function planLivingServices(
  wantedOf: (server: string) => ServicesConfig,
  live: LiveServices,
  sealer: Sealer,
): PlannedServices {
  const problems: ItemProblem[] = [];
  const already: string[] = [];
  const services = Object.entries(live).map(([server, documents]): ServerServices => {
    const own = wantedOf(server).flatMap(({ name, config }) => {
      const document = documents[name];
      const problem = refusalOf(server, name, config, document);
      if (problem !== undefined) problems.push(problem);
      return problem === undefined ? [{ name, config }] : [];
    });
    const configs = Object.fromEntries(own.map(({ name }) => [name, documents[name]?.config ?? {}]));
    const lvmId = configs['lvm']?.['system_id'];
    const planned = planServices(own, configs, typeof lvmId === 'number' ? lvmId : undefined, sealer);
    already.push(...planned.services_already.map((name) => `${name} on ${server}`));
    return { server, services: planned.services };
  });
  return { services: services.filter((one) => one.services.length > 0), already, problems };
}

function refusalOf(
  server: string,
  name: string,
  wanted: Config,
  document: ServiceDocument | undefined,
): ItemProblem | undefined {
  const item = `service/${name}`;
  if (document === undefined) {
    const remedy = `See what there is: operations-center provisioning server os service list ${server}:`;
    return { item, what: `${server} has no service ${name}`, remedy };
  }
  const before = document.config;
  const isOn = before['enabled'] === true;
  if (name === 'lvm' && wanted['enabled'] === true && !isOn) {
    const what = `${server} has lvm off, and members get their system_id when the cluster is made`;
    return {
      item,
      what,
      remedy: `Enable it there: operations-center provisioning server os service edit ${server}:lvm`,
    };
  }
  const { lost } = usesOf(name, document, wanted);
  const later = 'Change it member by member, each evacuated first; leave it as it is in the file until then.';
  if (lost.length > 0) return { item, what: `${server} would lose ${lost.slice(0, 5).join(', ')}`, remedy: later };
  const { system_id: _id, ...rest } = wanted;
  const compared = name === 'lvm' ? rest : wanted;
  if (!isOn || onlyAdds(before, compared, name === 'lvm' ? ['system_id'] : [])) return undefined;
  return { item, what: `${name} on ${server} is enabled, and more than additions would change`, remedy: later };
}

/** Everything that is said before is said after; lists have all they had. What is not said is Go's zero value. */
function onlyAdds(before: unknown, after: unknown, except: readonly string[] = []): boolean {
  if (isZero(before)) return true;
  if (Array.isArray(before)) {
    return Array.isArray(after) && before.every((one) => after.some((other) => onlyAdds(one, other)));
  }
  if (typeof before !== 'object' || before === null) return isDeepStrictEqual(before, after);
  if (typeof after !== 'object' || after === null) return false;
  const next = after as Config;
  return Object.entries(before).every(([key, value]) => except.includes(key) || onlyAdds(value, next[key]));
}

const isZero = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || value === false || value === 0 || isEmpty(value);

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
