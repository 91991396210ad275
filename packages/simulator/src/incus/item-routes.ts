import * as images from './images.ts';
import { createInstance } from './instance-create.ts';
import { moveInstance } from './instance-moves.ts';
import * as snapshots from './instance-snapshots.ts';
import * as instances from './instances.ts';
import { ITEM_KINDS } from './item-kinds.ts';
import { itemRoutes } from './items.ts';
import { listAllocations } from './network-state.ts';
import { ok } from './reply.ts';
import type { RouteWish } from './route.ts';

const nothing = (): ReturnType<typeof ok> => ok([]);

/** Routes of what an inventory finds besides pools, volumes, networks, profiles and projects. */
export const ITEM_ROUTES: RouteWish[] = [
  ...ITEM_KINDS.flatMap(itemRoutes),
  { path: '/1.0/instances', handlers: { GET: instances.listInstances, POST: createInstance }, project: true },
  {
    path: '/1.0/instances/{item}',
    handlers: {
      GET: instances.showInstance,
      PUT: instances.replaceInstance,
      PATCH: instances.mergeInstance,
      POST: moveInstance,
      DELETE: instances.deleteInstance,
    },
    project: true,
  },
  {
    path: '/1.0/instances/{item}/state',
    handlers: { GET: instances.showInstanceState, PUT: instances.changeInstanceState },
    project: true,
  },
  {
    path: '/1.0/instances/{item}/snapshots',
    handlers: { GET: snapshots.listSnapshots, POST: snapshots.createSnapshot },
    project: true,
  },
  {
    path: '/1.0/instances/{item}/snapshots/{snapshot}',
    handlers: {
      GET: snapshots.showSnapshot,
      PUT: snapshots.changeSnapshot,
      POST: snapshots.renameSnapshot,
      DELETE: snapshots.deleteSnapshot,
    },
    project: true,
  },
  { path: '/1.0/images/aliases', handlers: { GET: images.listAliases, POST: images.createAlias }, project: true },
  {
    path: '/1.0/images/aliases/{item}',
    handlers: {
      GET: images.showAlias,
      PUT: images.changeAlias,
      PATCH: images.changeAlias,
      POST: images.renameAlias,
      DELETE: images.deleteAlias,
    },
    project: true,
  },
  { path: '/1.0/images', handlers: { GET: images.listImages, POST: images.createImage }, project: true },
  {
    path: '/1.0/images/{item}',
    handlers: { GET: images.showImage, PUT: images.changeImage, DELETE: images.deleteImage },
    project: true,
  },
  { path: '/1.0/warnings', handlers: { GET: nothing } },
  { path: '/1.0/network-allocations', handlers: { GET: listAllocations }, project: true },
];
