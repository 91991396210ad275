import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

export const warningsQuery = () =>
  queryOptions({ queryKey: ['warnings', 'list'], queryFn: ({ signal }) => ask('warnings_list', { signal }) });
