import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

export const sessionsQuery = () =>
  queryOptions({ queryKey: ['ui', 'sessions'], queryFn: ({ signal }) => ask('sessions_list', { signal }) });
export const rootQuery = () =>
  queryOptions({ queryKey: ['root'], queryFn: ({ signal }) => ask('api_show', { signal }) });
export const healthQuery = () =>
  queryOptions({ queryKey: ['health'], queryFn: ({ signal }) => ask('health_show', { signal }), staleTime: 0 });

/** The parts of the settings that are shown; each is read and written by itself. */
export const settingSections = ['network', 'settings', 'updates'] as const;
export type SettingSection = (typeof settingSections)[number];
export const settingsQuery = (section: SettingSection) =>
  queryOptions({
    queryKey: ['system', section],
    queryFn: ({ signal }) => ask(`system_${section}_show`, { signal }) as Promise<Record<string, unknown>>, // a map of settings, each section with its own
  });
