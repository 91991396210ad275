import { addDefaults, type CompletePreseed } from '@operations-center/documents';
import type { Facts } from '../facts.ts';

/** What is going to be made: the file's and the defaults. The mesh network's values are the plan's to choose. */
export const completePreseed = ({ request }: Pick<Facts, 'request'>): CompletePreseed =>
  addDefaults(request.preseed, { tunnel_id: 0, ipv6_address: '', interfaces: {} }).preseed;
