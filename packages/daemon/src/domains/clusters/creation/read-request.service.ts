import { type ClusterPost, Fault, prefixFault } from '@operations-center/contract';
import { builtInsOf, type ParsedDocument, resolveBuiltIns } from '@operations-center/documents';
import type { RenderedTemplate, TemplateService } from '../../templates/templates.service.ts';
import { goQuote } from '../connection-url.rules.ts';
import {
  type Configurations,
  type CreateRequest,
  givenConfigurations,
  readCreateRequest,
} from './create-request.rules.ts';

export type ReadRequestParts = { templates: Pick<TemplateService, 'render'>; defaultChannel(): string };

/** Reads a request to make a cluster. A template comes first, as in OC: it brings both configurations. */
export async function readRequest(parts: ReadRequestParts, given: ClusterPost): Promise<CreateRequest> {
  const configurations = given.cluster_template === '' ? givenConfigurations(given) : await fromTemplate(parts, given);
  return readCreateRequest(given, parts.defaultChannel(), configurations);
}

async function fromTemplate({ templates }: ReadRequestParts, given: ClusterPost): Promise<Configurations> {
  const { name, cluster_template, cluster_template_variable_values } = given;
  try {
    const rendered = await templates.render(cluster_template, cluster_template_variable_values);
    return rendered.builtIns.length === 0 ? rendered : withClusterName(rendered, name);
  } catch (error) {
    const told = `Failed creating cluster from template ${goQuote(cluster_template)}`;
    throw error instanceof Fault ? prefixFault(told, error) : error;
  }
}

/** What differs from server to server cannot be put in yet, and must not go out as it is written. */
function withClusterName(rendered: RenderedTemplate, cluster: string): Configurations {
  const ofServers = rendered.builtIns.find((one) => one !== 'CLUSTER_NAME');
  if (ofServers !== undefined) {
    const told = `@${ofServers}@ differs from server to server, and such values are not built yet`;
    throw new Fault('cluster_template_result_invalid', told, { details: { variable: ofServers } });
  }
  const none = { server: '', index: 0, cluster_address: '', management_address: '' };
  const resolve = ({ value, origin }: ParsedDocument) => ({
    value: resolveBuiltIns(value, builtInsOf({ cluster, ...none })),
    origin,
  });
  return { ...rendered, services: resolve(rendered.services), application: resolve(rendered.application) };
}
