import { isServiceName, SERVICE_APPLICATIONS, type ServiceName } from '@operations-center/fleet-protocol';
import { configFrom, type Route, urlOf } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { decodeGo, type Json } from './go-json.ts';
import type { IncusOs, OsCall } from './incus-os.ts';
import { type Service, ServiceFailure } from './service.ts';
import { netbird, ovn, tailscale } from './services-network.ts';
import { ceph, iscsi, linstor, lvm, multipath, nvme, usbip } from './services-storage.ts';

/** The ten services, in the order the API lists them. */
export const SERVICES: Readonly<Record<string, Service>> = {
  ceph,
  iscsi,
  linstor,
  lvm,
  multipath,
  netbird,
  nvme,
  ovn,
  tailscale,
  usbip,
} satisfies Record<ServiceName, Service>;

/** Some services exist only while their application is installed. */
function isSupported(os: IncusOs, name: string): boolean {
  const needed = isServiceName(name) ? SERVICE_APPLICATIONS[name] : undefined;
  return needed === undefined || os.state.applications.has(needed);
}

function serviceOf(call: OsCall): { name: string; service: Service; stored: Json } {
  const name = call.parameters['name'] ?? '';
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  if (service === undefined || !isSupported(call.os, name)) throw new Refusal(404);
  return { name, service, stored: call.os.state.services.get(name) ?? decodeGo(service.shape, {}) };
}

/** Names of the services whose stored config says enabled. */
export const enabledServices = (os: IncusOs): string[] =>
  [...os.state.services].filter(([, config]) => config['enabled'] === true).map(([name]) => name);

function show(call: OsCall) {
  const { service, stored } = serviceOf(call);
  return success({ state: service.state(call.os, stored), config: service.shown?.(stored) ?? stored });
}

/** Replaces the whole config. A body without `config` is an all-zero config: it disables the service. */
function replace(call: OsCall) {
  const { name, service, stored } = serviceOf(call);
  const wanted = configFrom(call, service.shape, 500);
  const store = () => void call.os.state.services.set(name, wanted);
  orFail(() => service.apply(call.os, stored, wanted, store));
  if (call.os.faults.active('services-put-fails', call.os.identity.name, name) !== undefined) {
    throw new Refusal(
      500,
      `Failed to run: systemctl start ${name}.service: exit status 1 (Job for ${name}.service failed)`,
    );
  }
  return success();
}

function reset(call: OsCall) {
  const { service, stored } = serviceOf(call);
  if (service.reset === undefined) throw new Refusal(500, "reset isn't supported by this service");
  orFail(() => service.reset?.(stored));
  return success();
}

function orFail(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof ServiceFailure) throw new Refusal(500, error.message);
    throw error;
  }
}

export const SERVICE_ROUTES: readonly Route[] = [
  {
    path: '/1.0/services',
    GET: (call) => {
      const supported = Object.keys(SERVICES).filter((name) => isSupported(call.os, name));
      return success(supported.map((name) => urlOf(call, `/services/${name}`)));
    },
  },
  { path: '/1.0/services/{name}', GET: show, PUT: replace },
  { path: '/1.0/services/{name}/:reset', POST: reset },
];

/** The services seed: each section is a config of its own; errors are only logged by IncusOS. */
export function seedServices(os: IncusOs, seed: Json): void {
  for (const [name, config] of Object.entries(seed)) {
    const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
    if (service === undefined) continue;
    const wanted = decodeGo(service.shape, config);
    try {
      service.apply(os, decodeGo(service.shape, {}), wanted, () => void os.state.services.set(name, wanted));
    } catch {
      // As at boot: a service that does not start keeps nobody else from starting.
    }
  }
}
