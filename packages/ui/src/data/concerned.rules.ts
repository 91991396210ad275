import type { Event } from '@operations-center/contract';

/** What must be asked anew after an event; an event says where to look, never what is there. */
export function concernedBy({ type, metadata }: Pick<Event, 'type' | 'metadata'>): readonly (readonly string[])[] {
  if (type === 'lost') return [[]];
  // Its own page is told, too, and no other operation's.
  if (type === 'operation')
    return [
      ['operations', 'list'],
      ['operations', 'one', String(metadata['id'])],
    ];
  if (type === 'inventory')
    return [
      ['inventory', 'facets'],
      ['inventory', 'freshness'],
      ['inventory', 'list', String(metadata['kind'])],
      ['inventory', 'one', String(metadata['uuid'])],
    ];
  const source = typeof metadata['source'] === 'string' ? metadata['source'] : '';
  const noun = /^\/1\.0\/(?:provisioning\/)?([a-z-]+)/.exec(source)?.[1];
  if (noun === undefined) return [];
  // A cluster that cannot be followed any more raises a warning; one that is followed takes it back.
  return noun === 'warnings' || noun === 'clusters' ? [[noun], ['inventory', 'freshness']] : [[noun]];
}
