import type { DerivedClusterTemplate } from '@operations-center/contract';
import { type ApplicationItem, deriveTemplate } from '@operations-center/documents';
import { ADDRESS_KEYS, isMemberServerKey, redactBody, SERVICE_ORDER } from '@operations-center/fleet-protocol';
import { hideTexts } from '../../../platform/hide-texts.ts';
import type { Sealed } from '../../../platform/keys/sealing.ts';
import { endpointOf } from '../../servers/server.ts';
import type { TemplateService } from '../../templates/templates.service.ts';
import type { LastApplied, MemberValues } from '../apply/apply.ts';
import { preseedBefore } from '../apply/last-applied.plan.ts';
import { loadPast, loadReady } from '../apply/last-applied.service.ts';
import {
  type ClusterLook,
  type LookParts,
  lookAtCluster,
  lookAtItems,
  lookAtServices,
} from '../apply/look-at-cluster.snapshot.ts';
import { itemsOfFile } from '../apply/plan-apply.plan.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { listExtras } from './list-extras.plan.ts';
import { documentOfLiving } from './living-documents.plan.ts';
import { servicesOfLiving } from './living-services.plan.ts';
import { lookAtLists } from './look-at-extras.snapshot.ts';

export type TemplateExport = {
  /** Looks at a living cluster and derives a template from it. Changes nothing. */
  derive(cluster: string): Promise<DerivedClusterTemplate>;
};

type ExportParts = ClusterParts &
  LookParts & {
    identity: { client: { fingerprint: string } };
    templates: Pick<TemplateService, 'secretTextsOf'>;
  };

export function makeTemplateExport(parts: ExportParts): TemplateExport {
  const { database, sealer, servers, templates } = parts;

  const appliedValues = (last: LastApplied | undefined): Record<string, MemberValues> =>
    Object.fromEntries(
      // Written by the workflow, or of the creation's plan.
      Object.entries(last?.items ?? {}).map(([key, { values }]) => [
        key,
        JSON.parse(sealer.open(values)) as MemberValues,
      ]),
    );

  return {
    async derive(name) {
      const cluster = await loadReady(database.read, name);
      const { last } = await loadPast(parts, cluster);
      const endpoints = (await servers.membersOf(name)).map((server) => {
        const endpoint = endpointOf(server);
        return { ...endpoint, pins: [...endpoint.pins] };
      });
      const look = await lookAtCluster(parts, name, endpoints);
      const [lists, liveServices] = await Promise.all([
        lookAtLists(parts, name, look),
        lookAtServices(parts, name, endpoints, SERVICE_ORDER),
      ]);
      const applied = appliedValues(last);
      const ownFingerprint = parts.identity.client.fingerprint;
      const { drivers, localScope } = look;
      const around = { members: endpoints, drivers, localScope, ownFingerprint };
      const ofFile = withServerConfig(itemsOfFile(preseedBefore(last, sealer), {}, around));
      const items = [...ofFile, ...listExtras(lists, new Set(ofFile.map(({ key }) => key)), applied)];
      const live = await lookAtItems(parts, name, look, items);
      const documents = documentOfLiving({ items, live, applied, isOurs: isOursIn(look) });
      const open = (sealed: Sealed | undefined) => asMap(sealed === undefined ? {} : JSON.parse(sealer.open(sealed)));
      const services = servicesOfLiving(open(last?.services), configsOf(liveServices));
      const secretTexts = await templates.secretTextsOf(cluster.id);
      const { template, values, secrets } = deriveTemplate({
        cluster: name,
        services: services.services,
        application: documents.application,
        resolvesBuiltIns: last?.built_ins === true,
        secretTexts,
      });
      const derived = {
        ...{ description: `Made of cluster ${name}`, ...template, values, secrets: [...secrets] },
        // A copy of the same shape.
        server_overrides: redactBody(withServices(documents.server_overrides, open(last?.overrides))) as Overrides,
        notes: [...services.notes, ...documents.notes],
      };
      // A name may hold one, too: then the template is not the cluster, but tells nothing.
      return hideTexts(derived, secretTexts);
    },
  };
}

type Overrides = Record<string, Record<string, unknown>>;

/** Which services single servers have otherwise is known from what was given for them. */
function withServices(own: Readonly<Overrides>, given: Readonly<Record<string, unknown>>): Overrides {
  const merged: Overrides = { ...own };
  for (const [server, one] of Object.entries(given)) {
    const { services } = asMap(one);
    if (services !== undefined) merged[server] = { ...merged[server], services };
  }
  return merged;
}

/** It is always there, whether or not a file speaks of it. */
function withServerConfig(items: readonly ApplicationItem[]): ApplicationItem[] {
  if (items.some(({ kind }) => kind === 'server-config')) return [...items];
  const key = 'server-config';
  const item = { kind: key, key, about: 'server configuration', name: key, after: [], body: { config: {} } } as const;
  return [...items, { ...item, member_config: {} }];
}

/** What each server has of its own, such as its address, is no part of a file. */
const isOursIn =
  ({ localScope }: ClusterLook) =>
  (key: string): boolean =>
    ADDRESS_KEYS.includes(key) ||
    isMemberServerKey(key) ||
    key.startsWith('volatile.') ||
    (localScope['server'] ?? []).includes(key);

const asMap = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const configsOf = (live: Awaited<ReturnType<typeof lookAtServices>>) =>
  Object.fromEntries(
    Object.entries(live).map(([server, documents]) => [
      server,
      Object.fromEntries(Object.entries(documents).map(([name, document]) => [name, document?.config])),
    ]),
  );
