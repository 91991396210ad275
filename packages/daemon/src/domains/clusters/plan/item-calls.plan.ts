import { MEMBER_NETWORK_TYPES } from '@operations-center/fleet-protocol';
import type { ItemBody, OpenItem } from './open-item.ts';

/** What makes an item, call by call. Made here for the plan and for the step, so that the plan tells the truth. */
export type CreateCall = { body: ItemBody; target?: string };

/** Pools and networks are first defined on each member with the keys of its own, then made everywhere by one call. */
export function createCalls(item: OpenItem, members: readonly string[]): readonly CreateCall[] {
  switch (item.planned.kind) {
    case 'storage-pool':
    case 'network':
      return [...definitions(item, members), { body: item.wanted }];
    case 'storage-volume':
      return holdersOf(item, members).map((target) => ({ body: item.wanted, target }));
    case 'certificate':
      return [{ body: { ...item.wanted, certificate: derText(item) } }];
    // Always there: only ever changed.
    case 'server-config':
      return [];
    case 'project':
    case 'profile':
    case 'cluster-group':
      return [{ body: item.wanted }];
  }
}

function definitions({ planned, wanted, perMember }: OpenItem, members: readonly string[]): CreateCall[] {
  const { name, driver, type } = wanted;
  if (planned.kind === 'network' && !MEMBER_NETWORK_TYPES.includes(typeOf(wanted))) return [];
  return members.map((target) => {
    const config = perMember?.[target] ?? {};
    return { target, body: planned.kind === 'storage-pool' ? { name, driver, config } : { name, type, config } };
  });
}

const typeOf = ({ type }: ItemBody): string => (typeof type === 'string' && type !== '' ? type : 'bridge');

/** Custom volumes are each member's own; on shared storage the first one's is everybody's. */
export const holdersOf = (item: OpenItem, members: readonly string[]): readonly string[] =>
  item.perMember === null ? members : Object.keys(item.perMember);

/** Whom a change goes to: a volume to each member that holds one, everything else to the cluster. */
export const changeTargets = (item: OpenItem, members: readonly string[]): readonly (string | undefined)[] =>
  item.planned.kind === 'storage-volume' ? holdersOf(item, members) : [undefined];

/** A new certificate is taken as base64 of its DER form, which is a PEM without its armour. */
const derText = (item: OpenItem): string => String(item.wanted['certificate']).replace(/-----[^-]+-----|\s/g, '');

/** The keys of the server configuration that one member has for itself. */
export const memberKeysOf = (item: OpenItem, member: string): string[] => Object.keys(item.perMember?.[member] ?? {});
