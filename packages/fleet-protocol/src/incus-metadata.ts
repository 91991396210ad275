import * as z from 'zod';

const KeyGroup = z.looseObject({
  keys: z
    .array(z.record(z.string(), z.looseObject({ scope: z.string().optional(), type: z.string().optional() })))
    .nullish()
    .transform((keys) => keys ?? []),
});

/** `GET /1.0/metadata/configuration`: every config key this Incus knows. About 1 MB. */
export const MetadataConfiguration = z.looseObject({
  configs: z.record(z.string(), z.record(z.string(), KeyGroup)),
});
export type MetadataConfiguration = z.output<typeof MetadataConfiguration>;

/** Per entity (`server`, `network_bridge`, `storage_zfs`) the keys that belong to one member. */
export type LocalScope = Readonly<Record<string, readonly string[]>>;

/** Which keys Incus itself says are of one member, sorted; entities without any are left out. */
export function localScopeFrom(metadata: MetadataConfiguration): LocalScope {
  const scope: Record<string, string[]> = {};
  for (const [entity, groups] of Object.entries(metadata.configs)) {
    const keys = Object.values(groups).flatMap((group) =>
      group.keys.flatMap((entry) =>
        Object.entries(entry).flatMap(([key, about]) => (about.scope === 'local' ? [key] : [])),
      ),
    );
    if (keys.length > 0) scope[entity] = [...new Set(keys)].sort();
  }
  return scope;
}

/** Every key that Incus knows of an entity; those with a name in the middle are written with a placeholder. */
export const keysOf = (metadata: MetadataConfiguration, entity: string): string[] =>
  Object.values(metadata.configs[entity] ?? {}).flatMap((group) => group.keys.flatMap((entry) => Object.keys(entry)));
