import type { CreateRequest } from '../creation/create-request.rules.ts';

type Asked = Pick<CreateRequest, 'services'>;

export const lvmOf = ({ services }: Asked) => services.find(({ name }) => name === 'lvm')?.config;

/** Only then ids of other machines matter, and are asked for. */
export const asksForLvm = (request: Asked): boolean => lvmOf(request)?.['enabled'] === true;
