import { assignments, block, blocks, quote } from './hcl.ts';
import type { Secret } from './settings.ts';

/** The members are asked of the cluster itself, and all must be there. */
export const dataCluster = `data "incus_cluster" "this" {
  lifecycle {
    postcondition {
      condition     = alltrue(self.is_clustered ? [for i, v in self.members : v.status == "Online"] : [])
      error_message = "A member of the cluster is not online."
    }
  }
}

locals {
  members = data.incus_cluster.this.is_clustered ? { for k, v in data.incus_cluster.this.members : k => v } : {}
}
`;

const requirement = (name: string, source: string, version: string): string =>
  `${name} = {\n${block('', [
    assignments([
      ['source', quote(source)],
      ['version', quote(version)],
    ]),
  ]).slice(3)}`;

export const providers = (remote: string, address: string): string =>
  blocks([
    block('terraform', [
      assignments([['required_version', quote('>=1.5.7')]]),
      block('required_providers', [
        requirement('incus', 'lxc/incus', '~>1.0.2'),
        requirement('random', 'hashicorp/random', '~>3.8.0'),
        requirement('null', 'hashicorp/null', '~>3.2.4'),
      ]),
    ]),
    block('provider "incus"', [
      assignments([['default_remote', quote(remote)]]),
      block('remote', [
        assignments([
          ['name', quote(remote)],
          ['address', quote(address)],
        ]),
      ]),
    ]),
    'provider "random" {}\n',
    'provider "null" {}\n',
  ]);

/** Secrets never stand in these files: whoever runs them gives them. */
export const variables = (secrets: readonly Secret[]): string =>
  blocks(
    secrets.map(({ name, about }) =>
      block(`variable "${name}"`, [
        assignments([
          ['description', quote(about)],
          ['type', 'string'],
          ['sensitive', 'true'],
        ]),
      ]),
    ),
  );
