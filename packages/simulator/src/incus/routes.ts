import * as certificates from './certificates.ts';
import * as cluster from './cluster.ts';
import { refusePlainEvents } from './events.ts';
import * as groups from './groups.ts';
import { ITEM_ROUTES } from './item-routes.ts';
import { deleteMember } from './member-removal.ts';
import { changeMemberState, showMemberState } from './member-state.ts';
import * as members from './members.ts';
import { createNetwork } from './network-create.ts';
import { showNetworkLeases, showNetworkState } from './network-state.ts';
import * as networks from './networks.ts';
import * as operations from './operations.ts';
import * as profiles from './profiles.ts';
import * as projects from './projects.ts';
import { ok } from './reply.ts';
import { showResources } from './resources.ts';
import type { Route, RouteWish } from './route.ts';
import * as server from './server.ts';
import * as pools from './storage-pools.ts';
import { createJoinToken } from './tokens.ts';
import * as snapshots from './volume-snapshots.ts';
import * as volumes from './volumes.ts';

const TABLE: RouteWish[] = [
  { path: '/', handlers: { GET: () => ok(['/1.0']) }, untrusted: ['GET'], databaseless: ['GET'] },
  {
    path: '/1.0',
    handlers: { GET: server.showServer, PUT: server.replaceServer, PATCH: server.mergeServer },
    untrusted: ['GET'],
    databaseless: ['GET'],
  },
  {
    path: '/1.0/metadata/configuration',
    handlers: { GET: server.showConfiguration },
    untrusted: ['GET'],
    databaseless: ['GET'],
  },
  { path: '/1.0/resources', handlers: { GET: showResources } },

  {
    path: '/1.0/certificates',
    handlers: { GET: certificates.listCertificates, POST: certificates.createCertificate },
    untrusted: ['POST'],
    databaseless: ['GET'],
  },
  {
    path: '/1.0/certificates/{fingerprint}',
    handlers: {
      GET: certificates.showCertificate,
      PUT: certificates.replaceCertificate,
      PATCH: certificates.mergeCertificate,
      DELETE: certificates.deleteCertificate,
    },
  },

  { path: '/1.0/cluster', handlers: { GET: cluster.showCluster, PUT: cluster.changeCluster } },
  { path: '/1.0/cluster/certificate', handlers: { PUT: cluster.changeClusterCertificate } },
  { path: '/1.0/cluster/members', handlers: { GET: members.listMembers, POST: createJoinToken } },
  {
    path: '/1.0/cluster/members/{name}',
    handlers: {
      GET: members.showMember,
      PUT: members.replaceMember,
      PATCH: members.mergeMember,
      POST: members.renameMember,
      DELETE: deleteMember,
    },
  },
  {
    path: '/1.0/cluster/members/{name}/state',
    handlers: { GET: showMemberState, POST: changeMemberState },
  },
  { path: '/1.0/cluster/groups', handlers: { GET: groups.listGroups, POST: groups.createGroup } },
  {
    path: '/1.0/cluster/groups/{name}',
    handlers: {
      GET: groups.showGroup,
      PUT: groups.replaceGroup,
      PATCH: groups.mergeGroup,
      POST: groups.renameGroup,
      DELETE: groups.deleteGroup,
    },
  },

  { path: '/1.0/events', handlers: { GET: refusePlainEvents }, databaseless: ['GET'] },
  { path: '/1.0/operations', handlers: { GET: operations.listOperations } },
  {
    path: '/1.0/operations/{id}',
    handlers: { GET: operations.showOperation, DELETE: operations.cancelOperation },
    databaseless: ['GET', 'DELETE'],
  },
  { path: '/1.0/operations/{id}/wait', handlers: { GET: operations.waitOperation }, databaseless: ['GET'] },

  { path: '/1.0/storage-pools', handlers: { GET: pools.listPools, POST: pools.createPool } },
  {
    path: '/1.0/storage-pools/{pool}',
    handlers: { GET: pools.showPool, PUT: pools.replacePool, PATCH: pools.mergePool, DELETE: pools.deletePool },
  },
  { path: '/1.0/storage-pools/{pool}/resources', handlers: { GET: pools.showPoolResources } },
  {
    path: '/1.0/storage-pools/{pool}/volumes',
    handlers: { GET: volumes.listVolumes, POST: volumes.createVolume },
    project: true,
  },
  {
    path: '/1.0/storage-pools/{pool}/volumes/{type}',
    handlers: { GET: volumes.listVolumes, POST: volumes.createVolume },
    project: true,
  },
  {
    path: '/1.0/storage-pools/{pool}/volumes/{type}/{name}',
    handlers: {
      GET: volumes.showVolume,
      PUT: volumes.replaceVolume,
      PATCH: volumes.mergeVolume,
      POST: volumes.renameVolume,
      DELETE: volumes.deleteVolume,
    },
    project: true,
  },
  {
    path: '/1.0/storage-pools/{pool}/volumes/{type}/{name}/state',
    handlers: { GET: volumes.showVolumeState },
    project: true,
  },

  {
    path: '/1.0/storage-pools/{pool}/volumes/{type}/{name}/snapshots',
    handlers: { GET: snapshots.listVolumeSnapshots, POST: snapshots.createVolumeSnapshot },
    project: true,
  },
  {
    path: '/1.0/storage-pools/{pool}/volumes/{type}/{name}/snapshots/{snapshot}',
    handlers: {
      GET: snapshots.showVolumeSnapshot,
      POST: snapshots.renameVolumeSnapshot,
      DELETE: snapshots.deleteVolumeSnapshot,
    },
    project: true,
  },

  { path: '/1.0/networks', handlers: { GET: networks.listNetworks, POST: createNetwork }, project: true },
  {
    path: '/1.0/networks/{network}',
    handlers: {
      GET: networks.showNetwork,
      PUT: networks.replaceNetwork,
      PATCH: networks.mergeNetwork,
      POST: networks.renameNetwork,
      DELETE: networks.deleteNetwork,
    },
    project: true,
  },
  { path: '/1.0/networks/{network}/state', handlers: { GET: showNetworkState }, project: true },
  { path: '/1.0/networks/{network}/leases', handlers: { GET: showNetworkLeases }, project: true },

  { path: '/1.0/profiles', handlers: { GET: profiles.listProfiles, POST: profiles.createProfile }, project: true },
  {
    path: '/1.0/profiles/{name}',
    handlers: {
      GET: profiles.showProfile,
      PUT: profiles.replaceProfile,
      PATCH: profiles.mergeProfile,
      POST: profiles.renameProfile,
      DELETE: profiles.deleteProfile,
    },
    project: true,
  },
  { path: '/1.0/projects', handlers: { GET: projects.listProjects, POST: projects.createProject } },
  {
    path: '/1.0/projects/{name}',
    handlers: {
      GET: projects.showProject,
      PUT: projects.replaceProject,
      PATCH: projects.mergeProject,
      POST: projects.renameProject,
      DELETE: projects.deleteProject,
    },
  },
  { path: '/1.0/projects/{name}/state', handlers: { GET: projects.showProjectState } },
  ...ITEM_ROUTES,
];

/** Every path this half answers. */
export const ROUTES: readonly Route[] = TABLE.map((route) => ({ ...route, parts: route.path.split('/').slice(1) }));
