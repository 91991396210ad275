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
};

const key = 'create-cluster';
const empty: Draft = {
  ...{ name: '', connection_url: '', channel: '', description: '', servers: [], services: '', application: '' },
  ignore: [],
};

function read(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) }; // written below
  } catch {
    return empty;
  }
}

/** Kept by this tab alone, until it is closed: the way back from the review, and a reload, lose nothing. */
export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(read);
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(draft)), [draft]);
  return [draft, (change) => setDraft((before) => ({ ...before, ...change }))];
}

export const dropDraft = (): void => sessionStorage.removeItem(key);
