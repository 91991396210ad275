import { useEffect, useState } from 'react';

/** What has been filled in. */
export type Draft = {
  name: string;
  connection_url: string;
  channel: string;
  description: string;
  /** In the order in which they were chosen: the first one is bootstrapped. */
  servers: string[];
  services: string;
  application: string;
  ignore: string[];
  /** Made from this template, with these values; empty: from the two files. */
  template: string;
  values: Record<string, string>;
};

const key = 'create-cluster';
const empty: Draft = {
  ...{ name: '', connection_url: '', channel: '', description: '', servers: [], services: '', application: '' },
  ignore: [],
  template: '',
  values: {},
};

function read(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) }; // written below
  } catch {
    return empty;
  }
}

/** Kept by this tab alone, until it is closed: the way back from the review, and a reload, lose nothing. */
export function useDraft(template: string | undefined): [Draft, (change: Partial<Draft>) => void] {
  // A link to a template wins over what was filled in before.
  const [draft, setDraft] = useState(() => ({ ...read(), ...(template !== undefined && { template }) }));
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(draft)), [draft]);
  return [draft, (change) => setDraft((before) => ({ ...before, ...change }))];
}

export const dropDraft = (): void => sessionStorage.removeItem(key);
