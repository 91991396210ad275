import type { InventoryHit } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { type UseNavigateResult, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { clustersQuery } from '../../data/clusters.ts';
import { searchQuery } from '../../data/search.ts';
import { serversQuery } from '../../data/servers.ts';
import { templatesQuery } from '../../data/templates.ts';
import { pageEntries } from '../../navigation-entries.ts';
import { paths } from '../../paths.ts';
import { type Entry, findEntries, whyFound } from './palette.rules.ts';

type Go = () => unknown;
type Navigate = UseNavigateResult<string>;
export type Line = Entry<Go> & {
  key: string;
  where: string;
  /** The daemon found it, for the words it was asked last. */
  isFound: boolean;
};

const mostNamed = 8;

/** What has this name or these words: pages, servers, clusters and templates at once, the inventory when the daemon has looked. */
export function usePlaces(text: string, searched: string) {
  const navigate = useNavigate();
  const servers = useQuery(serversQuery());
  const clusters = useQuery(clustersQuery());
  const templates = useQuery(templatesQuery());
  const hits = useQuery(searchQuery(searched));
  const isEmpty = text.trim() === '';
  const named = useMemo(() => {
    const pages = pageEntries.map(({ to, word }) => entry('page', word, () => navigate({ to })));
    if (isEmpty) return pages;
    const all = [
      ...pages,
      ...(clusters.data ?? []).map(({ name }) =>
        entry('cluster', name, () => navigate({ to: paths.cluster, params: { name } })),
      ),
      ...(servers.data ?? []).map(({ name }) =>
        entry('server', name, () => navigate({ to: paths.server, params: { name } })),
      ),
      ...(templates.data ?? []).map(({ name }) =>
        entry('template', name, () => navigate({ to: paths.template, params: { name } })),
      ),
    ];
    return findEntries(text, all, mostNamed);
  }, [text, isEmpty, servers.data, clusters.data, templates.data, navigate]);
  const found = isEmpty ? [] : (hits.data?.found ?? []);
  const lines: Line[] = [
    ...named.map((one) => ({ ...one, key: `${one.noun} ${one.word}`, where: '', isFound: false })),
    ...found.map((hit) => lineOf(hit, navigate)),
  ];
  // While it looks, what was found for the words before stays: nothing jumps.
  const isLooking = text.trim() !== searched || hits.isFetching;
  return { lines, isLooking, error: hits.error, isMore: !isEmpty && hits.data?.more === true };
}

const entry = (noun: string, word: string, to: Go): Entry<Go> => ({ noun, word, to });

function lineOf(hit: InventoryHit, navigate: Navigate): Line {
  const { kind, uuid, name, cluster, project_name, parent_name } = hit;
  const place = [cluster, project_name, parent_name].filter((part) => part !== '').join(' / ');
  return {
    ...entry(kind.replaceAll('_', ' '), name, () => navigate({ to: paths.inventoryObject, params: { kind, uuid } })),
    key: `${kind} ${uuid}`,
    isFound: true,
    where: [place, whyFound(hit)].filter((part) => part !== '').join(' · '),
  };
}
