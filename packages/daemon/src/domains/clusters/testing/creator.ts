import { tmpdir } from 'node:os';
import type { Step } from '@operations-center/workflow';
import { StepFailure } from '@operations-center/workflow';
import { makeFleetConnections } from '../../../fleet/connection.ts';
import { makeIncus } from '../../../fleet/incus.ts';
import { makeIncusObjects } from '../../../fleet/incus-objects.ts';
import { makeIncusOs } from '../../../fleet/incus-os.ts';
import { readShownCertificate } from '../../../fleet/shown-certificate.ts';
import { testCertificate } from '../../../fleet/test-server.ts';
import { pauseMs, systemClock } from '../../../platform/clock.ts';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import { makeLog } from '../../../platform/log.ts';
import type { MainDatabase } from '../../../schema.ts';
import { makeTestLog } from '../../events/test-log.ts';
import { assembleOperations } from '../../operations/assembly.ts';
import { assembleServers } from '../../servers/assembly.ts';
import { makeTemplateService } from '../../templates/templates.service.ts';
import { makeTokenService } from '../../tokens/tokens.service.ts';
import { assembleWarnings } from '../../warnings/assembly.ts';
import { assembleClusterWorkflows, toCreateParts } from '../assembly.ts';
import { makeClusterCreation } from '../creation/create-cluster.service.ts';
import { makePreparation, type Preparation } from '../creation/prepare-creation.service.ts';
import { makeDescribeCreation } from '../description/describe-creation.service.ts';
import { makeClusterPlans } from '../kept-plans/cluster-plans.service.ts';
import { makeKeptPlans } from '../kept-plans/kept-plans.service.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import { makeClusterDeletion } from '../removal/delete-cluster.service.ts';
import type { Machines } from './machines.ts';

export type Creator = Awaited<ReturnType<typeof startCreator>>;

const signal = new AbortController().signal;
const policy = { name: 'test', attempts: 1, backoffMs: 1, backoffMaxMs: 1, deadlineMs: 60_000, everyMs: 10 };

/**
 * The part of a daemon that creates and removes clusters, as it is, on machines that are only told of: looks take a
 * moment, and the one step of a creation configures lvm, or fails and takes it back.
 */
export async function startCreator(database: MainDatabase, machines: Machines, id: string) {
  const [client, own] = await Promise.all([testCertificate('client'), testCertificate('own')]);
  const clock = systemClock;
  const log = makeLog('', { write: () => undefined });
  const events = makeTestLog(clock);
  const platform = {
    database,
    clock,
    log,
    sealer: makeSealer(Buffer.alloc(32, 7)),
    events,
    identity: { client, server: own },
  };
  const defaultChannel = () => 'stable';
  const tokens = makeTokenService({ database, clock, events, defaultChannel });
  const warnings = assembleWarnings({ database, clock, events }).service;
  const servers = assembleServers(platform, { tokens, warnings, mayReplaceSilent: () => true });
  const connections = makeFleetConnections({ clientCertificate: client.certificate, clientKey: client.key });
  const parts = {
    ...platform,
    fleet: {
      connections,
      incus: makeIncus(connections),
      incusOs: makeIncusOs(connections),
      objects: makeIncusObjects(connections),
      readShownCertificate,
    },
    temporaryFolder: tmpdir(),
    templates: makeTemplateService(platform),
    servers: servers.service,
    inventory: { scan: async () => ({ problems: [] }), removeCluster: async () => {}, renameCluster: async () => {} },
    warnings,
    defaultChannel,
    // Of a factory reset, which no creation comes to.
    tokens,
    channelsWithUpdates: async () => [],
    ownAddress: () => '',
    standsStill: async () => true,
  };
  const steps = [configureStep(toCreateParts(parts), machines)] as unknown as Step[]; // the runner gives each its plan
  const workflows = assembleClusterWorkflows(parts).map((workflow) => ({ ...workflow, steps: () => steps }));
  const daemon = { id, leaseMs: 1_000 };
  const assembled = assembleOperations({ database, clock, log, workflows, daemon, warnings, events });
  const operations = assembled.service;
  const real = makePreparation(parts);
  const preparation: Preparation = {
    ...real,
    async look({ given, request, digest, ignore }) {
      const snapshot = machines.look(request.server_names, clock.nowMs());
      await pauseMs(Math.random() * 20, signal);
      return { given, request, digest, snapshot, live: {}, findings: [], ignore };
    },
  };
  const describe = makeDescribeCreation({ ...parts, outline: () => [] });
  const creation = makeClusterCreation({ ...parts, operations, preparation, describe });
  await assembled.start();
  return {
    creation,
    plans: makeClusterPlans({
      ...parts,
      operations,
      preparation,
      creation,
      describe,
      kept: makeKeptPlans({ ...parts, operations }),
    }),
    deletion: makeClusterDeletion({ ...parts, operations }),
    async stop() {
      await assembled.stop(50);
      await servers.stop();
      await connections.close();
    },
  };
}

/** What a description says that is to fail. */
export const failing = 'is to fail';

const configureStep = (parts: ReturnType<typeof toCreateParts>, machines: Machines): Step<CreateClusterPlan> => ({
  name: 'configure-services',
  target: '',
  about: 'Configure lvm',
  after: [],
  policy,
  async run({ plan }) {
    await pauseMs(Math.random() * 20, signal);
    for (const { name, services } of plan.servers) {
      const config = services.map((service) => parts.sealer.open(service.config))[0];
      if (config !== undefined) machines.configure(name, (JSON.parse(config) as { system_id: number }).system_id);
    }
    if (plan.description === failing) throw new StepFailure('permanent', 'join_failed', 'it is to fail', {});
    return {
      async save(tx) {
        for (const { name, connection_url } of plan.servers)
          await parts.servers.adopt(tx, name, { cluster: plan.cluster, connection_url, channel: plan.channel });
        await parts.clusters.setReady(tx, plan.cluster);
      },
    };
  },
  undo: {
    policy,
    async run({ plan }) {
      for (const { name } of plan.servers) machines.reset(name);
      return {
        async save(tx) {
          await parts.servers.release(tx, plan.cluster);
          await parts.servers.setForming(
            tx,
            plan.servers.map(({ name }) => name),
            null,
          );
          await parts.clusters.remove(tx, plan.cluster);
        },
      };
    },
  },
});
