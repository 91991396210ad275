import { type ClusterPost, Fault, prefixFault } from '@operations-center/contract';
import { type ParsedDocument, resolveBuiltIns } from '@operations-center/documents';
import type { TemplateService } from '../../templates/templates.service.ts';
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
  const isOneOff = given.cluster_template === '';
  const configurations = isOneOff ? oneOff(given) : await fromTemplate(parts, given);
  return readCreateRequest(given, parts.defaultChannel(), configurations);
}

/** In a file of its own, `@` means nothing unless somebody says so. */
const oneOff = (given: ClusterPost): Configurations =>
  given.builtin_variables ? withClusterName(givenConfigurations(given), given.name) : givenConfigurations(given);

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

/** What differs from server to server stands in it until the plan knows what it is there. */
function withClusterName(configurations: Configurations, cluster: string): Configurations {
  const resolve = ({ value, origin }: ParsedDocument) => ({
    value: resolveBuiltIns(value, { CLUSTER_NAME: cluster }),
    origin,
  });
  const { services, application } = configurations;
  return { ...configurations, services: resolve(services), application: resolve(application), hasBuiltIns: true };
}
