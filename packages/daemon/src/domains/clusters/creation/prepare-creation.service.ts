import { randomBytes } from 'node:crypto';
import { type ClusterPost, Fault, type Finding } from '@operations-center/contract';
import { makeUlaPrefix } from '@operations-center/documents';
import type { IncusObjectStore } from '../../../fleet/incus-objects.ts';
import type { Tx } from '../../../schema.ts';
import { requireChannel } from '../../channels/channels.service.ts';
import type { Server } from '../../servers/server.ts';
import { notesOfFindings, withFindings } from '../checks/findings.rules.ts';
import { type PreflightParts, runPreflight } from '../checks/preflight.service.ts';
import { checkCandidates, checkUsableUrl, serverIsMember } from '../cluster.rules.ts';
import type { StoredCluster } from '../cluster.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { findCluster, listMeshIds } from '../clusters.store.ts';
import { findUlaPrefix, type HeldId, listHeldIds, sweepPlans } from '../kept-plans/plans.store.ts';
import type { LiveItems, Snapshot } from '../look/creation-facts.ts';
import { lookAtItems } from '../look/plan-look.snapshot.ts';
import { toCandidate } from '../look/server-facts.rules.ts';
import { noteSeen } from '../lvm/lvm-ids.rules.ts';
import { listLvmIds, saveSeen } from '../lvm/lvm-ids.store.ts';
import { type Holdings, type PlannedCreation, planCreateCluster } from '../plan/create-cluster.plan.ts';
import type { CreateRequest } from './create-request.rules.ts';
import { type ReadRequestParts, readRequest } from './read-request.service.ts';
import { digestOfRequest } from './request-digest.ts';

export type PreparationParts = ClusterParts &
  ReadRequestParts & {
    fleet: PreflightParts['fleet'] & { objects: IncusObjectStore };
    identity: PreflightParts['identity'];
  };

/** All that a plan is made from, but for what others hold: that is read in the write that makes it. */
export type Prepared = {
  given: ClusterPost;
  request: CreateRequest;
  digest: string;
  snapshot: Snapshot;
  live: LiveItems;
  findings: readonly Finding[];
  ignore: readonly string[];
};

export type Asked = Pick<Prepared, 'given' | 'request' | 'digest' | 'ignore'> & {
  /** Look at the servers even if our rows refuse already, and tell all findings beside the refusal. */
  tellAll?: boolean;
};

export type Preparation = {
  /** A request in its own words, and which cluster has its name already. */
  read(given: ClusterPost): Promise<{ request: CreateRequest; digest: string; there: StoredCluster | undefined }>;
  /** Judges by our rows, then looks at the servers; changes nothing. */
  look(asked: Asked): Promise<Prepared>;
  /** Makes every choice. What was looked at before is looked at again where it is ours to know. */
  plan(tx: Tx, prepared: Prepared): Promise<PlannedCreation & { ula_prefix: string }>;
};

/** Nothing comes of it any more: whoever waits shall not wait for the slowest. */
const refusedMs = 2_500;

export function makePreparation(parts: PreparationParts): Preparation {
  const { database, clock, servers, sealer } = parts;

  async function look({ given, request, digest, ignore, tellAll = false }: Asked): Promise<Prepared> {
    const chosen = await servers.findAll(request.server_names);
    const refusal = await findRefusal(request, chosen);
    if (refusal !== undefined && !tellAll) throw refusal;
    const { snapshot, fault, findings } = await runPreflight(
      { ...parts, nowMs: () => clock.nowMs() },
      { request, servers: chosen, ignore, ...(refusal === undefined ? {} : { totalMs: refusedMs }) },
    );
    const tell = (first: Fault) => (tellAll ? withFindings(first, findings) : first);
    if (refusal !== undefined) throw tell(refusal);
    if (fault !== undefined) throw tell(fault);
    const live = await lookAtItems(parts.fleet.objects, request, snapshot);
    const notes = [...request.notes, ...notesOfFindings(findings)];
    return { given, request: { ...request, notes }, digest, snapshot, live, findings, ignore };
  }

  /** For what our rows alone refuse it, in OC's words. */
  async function findRefusal(request: CreateRequest, chosen: readonly Server[]): Promise<Fault | undefined> {
    try {
      checkCandidates(request.server_names, chosen.map(toCandidate), request);
      await requireChannel(database.read, request.channel);
      return undefined;
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  async function plan(tx: Tx, prepared: Prepared): Promise<PlannedCreation & { ula_prefix: string }> {
    const { request, snapshot, digest } = prepared;
    const nowMs = clock.nowMs();
    await refuseTaken(tx, request.server_names);
    await saveSeen(tx, noteSeen(await listLvmIds(tx), snapshot.lvm, snapshot.looked_at));
    await sweepPlans(tx, nowMs);
    const ula_prefix = (await findUlaPrefix(tx, digest, nowMs)) ?? makeUlaPrefix(randomBytes(6));
    const taken = { lvm: await listLvmIds(tx), mesh: await listMeshIds(tx) };
    const known = { live: prepared.live, own_fingerprint: parts.identity.client.fingerprint };
    const holdings = toHoldings(taken, await listHeldIds(tx), digest, ula_prefix);
    return { ...planCreateCluster(request, snapshot, holdings, sealer, known), ula_prefix };
  }

  /** What was looked at before may have changed since. */
  async function refuseTaken(tx: Tx, names: readonly string[]): Promise<void> {
    const taken = await servers.findTaken(tx, names);
    if (taken === undefined) return;
    if (taken.cluster !== null) throw serverIsMember(taken.name, taken.cluster);
    const details = { server: taken.name };
    throw new Fault('server_not_found', `Failed to get server "${taken.name}" by name: Not found`, { details });
  }

  return {
    async read(given) {
      const request = await readRequest(parts, given);
      if (given.strict) checkUsableUrl(request.connection_url);
      const digest = digestOfRequest(sealer, given);
      return { request, digest, there: await findCluster(database.read, request.name) };
    },
    look,
    plan,
  };
}

/** What other plans hold is taken, even on the same machine; what plans of this request hold is for this one. */
function toHoldings(
  taken: Pick<Holdings, 'lvm' | 'mesh'>,
  heldIds: readonly HeldId[],
  digest: string,
  ula_prefix: string,
): Holdings {
  const isOurs = ({ request_digest }: HeldId) => request_digest === digest;
  const of = (kind: HeldId['kind']) => heldIds.filter((one) => one.kind === kind);
  const others = of('lvm').filter((one) => !isOurs(one));
  return {
    lvm: [
      ...taken.lvm,
      ...others.map(({ id, server, request_digest }) => ({
        machine: `plan/${request_digest}`,
        id,
        server,
        held_by: request_digest,
        changed_at: 0,
      })),
    ],
    mesh: [...taken.mesh, ...of('mesh').flatMap((one) => (isOurs(one) ? [] : [one.id]))],
    ula_prefix,
    held: { lvm: of('lvm').filter(isOurs), mesh: of('mesh').find(isOurs)?.id },
  };
}
