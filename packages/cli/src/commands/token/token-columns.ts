import type { Token } from '@operations-center/contract';
import type { Column } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';

export const tokenColumns: readonly Column<Token>[] = [
  { header: 'UUID', value: (token) => token.uuid },
  { header: 'Uses Remaining', value: (token) => String(token.uses_remaining) },
  { header: 'Expire At', value: (token) => showTime(token.expire_at) },
  { header: 'Channel', value: (token) => token.channel },
  { header: 'Description', value: (token) => token.description, free: true },
];
