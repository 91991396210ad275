import { byFingerprint, configOf, type ItemBody, identityOf, type OpenItem } from '../../plan/open-item.ts';
import type { ItemSite } from '../../steps/item.ts';

/** What is live of an item: of the whole cluster, or of one member. */
export type LivePart = { body: ItemBody; etag: string | undefined };

const targetOf = (member: string) => (member === '' ? {} : { target: member });

export async function readPart(
  { parts, cluster, signal }: ItemSite,
  item: OpenItem,
  member: string,
): Promise<LivePart | undefined> {
  const { kind } = item.planned;
  const options = { signal, ...targetOf(member) };
  if (kind === 'server-config') {
    const { value, etag } = await parts.fleet.incus.getServer(cluster, options);
    return { body: { config: value.config }, etag };
  }
  const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
  const found = await parts.fleet.objects.getObject(cluster, identity, options);
  return found === undefined ? undefined : { body: found.value, etag: found.etag };
}

/** Replaces, if it is still as it was read. */
export async function writePart(
  { parts, cluster, signal }: ItemSite,
  item: OpenItem,
  member: string,
  { body, etag }: LivePart,
): Promise<void> {
  const { kind } = item.planned;
  const options = { signal, etag, ...targetOf(member) };
  if (kind === 'server-config') return parts.fleet.incus.putServerConfig(cluster, configOf(body), options);
  const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
  await parts.fleet.objects.putObject(cluster, identity, body, options);
}
