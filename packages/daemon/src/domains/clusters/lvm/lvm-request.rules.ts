import type { CreateRequest } from '../creation/create-request.rules.ts';
import { someoneWants } from '../creation/own-values.rules.ts';

type Asked = Pick<CreateRequest, 'services' | 'overrides' | 'server_names'>;

export const lvmOf = ({ services }: Pick<Asked, 'services'>) => services.find(({ name }) => name === 'lvm')?.config;

/** Only then ids of other machines matter, and are asked for. */
export const asksForLvm = (request: Asked): boolean => someoneWants(request, 'lvm');
