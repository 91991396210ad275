import type { RouteWish } from './routes.ts';

export const ITEM_ROUTES: RouteWish[] = [];
