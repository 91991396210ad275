import { type ClusterPost, Fault, prefixFault } from '@operations-center/contract';
import type { TemplateService } from '../../templates/templates.service.ts';
import { goQuote } from '../connection-url.rules.ts';
import { type CreateRequest, givenConfigurations, readCreateRequest } from './create-request.rules.ts';

export type ReadRequestParts = { templates: Pick<TemplateService, 'render'>; defaultChannel(): string };

/** Reads a request to make a cluster. A template comes first, as in OC: it brings both configurations. */
export async function readRequest(parts: ReadRequestParts, given: ClusterPost): Promise<CreateRequest> {
  const { cluster_template, cluster_template_variable_values } = given;
  const configurations =
    cluster_template === ''
      ? givenConfigurations(given)
      : await parts.templates.render(cluster_template, cluster_template_variable_values).catch((error: unknown) => {
          const told = `Failed creating cluster from template ${goQuote(cluster_template)}`;
          throw error instanceof Fault ? prefixFault(told, error) : error;
        });
  return readCreateRequest(given, parts.defaultChannel(), configurations);
}
