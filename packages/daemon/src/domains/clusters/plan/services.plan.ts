import { isDeepStrictEqual } from 'node:util';
import type { ServicesConfig } from '@operations-center/documents';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import type { PlannedServer } from './plan.ts';

type Config = Record<string, unknown>;

/**
 * Which services one server gets, in IncusOS' order, and which are as wanted already. A service is replaced whole; what
 * IncusOS takes for its zero value counts as left out.
 */
export function planServices(
  wanted: ServicesConfig,
  found: Readonly<Record<string, Config>>,
  lvmId: number | undefined,
  sealer: Sealer,
): Pick<PlannedServer, 'services' | 'services_already'> {
  const planned = wanted.map(({ name, config }) => ({
    name,
    config: name === 'lvm' && lvmId !== undefined ? { ...config, system_id: lvmId } : config,
    before: found[name] ?? {},
  }));
  const isAlready = ({ config, before }: (typeof planned)[number]) =>
    isDeepStrictEqual(withoutZeros(config), withoutZeros(before));
  const seal = (value: Config) => sealer.seal(JSON.stringify(value));
  return {
    services: planned
      .filter((service) => !isAlready(service))
      .map(({ name, config, before }) => ({ name, config: seal(config), before: seal(before) })),
    services_already: planned.filter(isAlready).map(({ name }) => name),
  };
}

/** Go's decoder makes no difference between a zero value and none; undefined: nothing is left. */
function withoutZeros(value: unknown): unknown {
  if (value === null || value === '' || value === false || value === 0) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => withoutZeros(item) ?? null);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, withoutZeros(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
