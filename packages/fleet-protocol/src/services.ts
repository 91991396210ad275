import * as z from 'zod';

/** IncusOS' own start order: services are configured in this order, whatever a file says. It stops them in reverse. */
export const SERVICE_ORDER = [
  'ceph',
  'iscsi',
  'linstor',
  'netbird',
  'nvme',
  'multipath',
  'lvm',
  'ovn',
  'tailscale',
  'usbip',
] as const;
export type ServiceName = (typeof SERVICE_ORDER)[number];

export const isServiceName = (name: string): name is ServiceName => (SERVICE_ORDER as readonly string[]).includes(name);

/** These exist only while an application is installed; without it IncusOS answers 404 for them. */
export const SERVICE_APPLICATIONS: Readonly<Partial<Record<ServiceName, string>>> = {
  ceph: 'incus-ceph',
  linstor: 'incus-linstor',
};

/** `GET /os/1.0/services/{name}`: what is configured and what is seen. */
export const ServiceDocument = z.looseObject({
  config: z.record(z.string(), z.unknown()),
  state: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((state) => state ?? {}),
});
export type ServiceDocument = z.output<typeof ServiceDocument>;

/** The service lvm, as far as its ids are allotted: sanlock wants 1 to 2000, one per machine. */
export const LvmConfig = z.looseObject({ enabled: z.boolean().default(false), system_id: z.int().default(0) });
export type LvmConfig = z.output<typeof LvmConfig>;

/** `PUT /os/1.0/services/{name}`. A bare config would be accepted and would *disable* the service. */
export type PutService = { config: Record<string, unknown> };
