import type { ServiceName } from '@operations-center/fleet-protocol';
import * as z from 'zod';
import { about } from '../fields.ts';
import { netbird, ovn, tailscale, usbip } from './network.ts';
import { ceph, iscsi, linstor, lvm, multipath, nvme } from './storage.ts';

/** The services of IncusOS: what each takes as its configuration. */
export const serviceSchemas = {
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
} satisfies Record<ServiceName, z.ZodObject>;

/** A services file: each service by name, with its bare configuration. A service that is not named is left as it is. */
export const servicesSchema = about(
  z.object({
    ceph: ceph.optional(),
    iscsi: iscsi.optional(),
    linstor: linstor.optional(),
    lvm: lvm.optional(),
    multipath: multipath.optional(),
    netbird: netbird.optional(),
    nvme: nvme.optional(),
    ovn: ovn.optional(),
    tailscale: tailscale.optional(),
    usbip: usbip.optional(),
  }),
  'Services of IncusOS',
  'What every server of a cluster provides to Incus. A service named here is replaced whole; others are left alone.',
  { lvm: { enabled: true } },
);
