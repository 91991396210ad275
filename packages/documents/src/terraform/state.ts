import type { HeldResource } from './resource.ts';

const providers: Readonly<Record<string, string>> = {
  incus: 'lxc/incus',
  random: 'hashicorp/random',
  null: 'hashicorp/null',
};

/**
 * The state file (format 4) of what stands: with it nothing is to be made. It holds no secret: where one is, an empty text
 * stands until the first look at the cluster.
 */
export function stateFile(held: readonly HeldResource[], lineage: string): string {
  const state = {
    version: 4,
    terraform_version: '1.5.7',
    serial: 1,
    lineage,
    outputs: {},
    resources: [...held].sort(byAddress).map(resourceOf),
    check_results: null,
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}

function resourceOf({ type, name, instances }: HeldResource, place: number): Record<string, unknown> {
  const provider = providers[type.split('_', 1)[0] ?? ''] ?? '';
  return {
    mode: 'managed',
    type,
    name,
    provider: `provider["registry.opentofu.org/${provider}"]`,
    instances: instances.map(({ key, attributes }) => ({
      ...(key === undefined ? {} : { index_key: key }),
      schema_version: 0,
      // Every instance of a null_resource has an id of its own, and that is all it has.
      attributes: type === 'null_resource' ? { id: String(place + 1), ...attributes } : attributes,
      sensitive_attributes: [],
    })),
  };
}

const addressOf = ({ type, name }: HeldResource): string => `${type}.${name}`;
const byAddress = (a: HeldResource, b: HeldResource): number => (addressOf(a) < addressOf(b) ? -1 : 1);
