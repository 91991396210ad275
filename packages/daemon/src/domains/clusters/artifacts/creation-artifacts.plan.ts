import type { ClusterPlan, ClusterPost } from '@operations-center/contract';
import { type ApplicationItem, makeTerraform, writeDocument } from '@operations-center/documents';
import { REDACTED, redactBody } from '@operations-center/fleet-protocol';
import { hideTexts } from '../../../platform/hide-texts.ts';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { configOf, fingerprintOf, type OpenItem, openItem } from '../plan/open-item.ts';
import { type CreateClusterPlan, namesOf } from '../plan/plan.ts';
import { isTooMuch, type NewArtifact, TERRAFORM, TERRAFORM_ABOUT } from './artifact.ts';

export type CreationArtifactsInput = {
  /** The cluster's own id: it names the state, which is then the same whenever it is made. */
  id: string;
  given: ClusterPost;
  plan: CreateClusterPlan;
  /** The plan as it is told to people. */
  shown: Omit<ClusterPlan, 'created_at' | 'expires_at'>;
  sealer: Sealer;
  /** Which values of a template are secret, and texts that are wherever they stand. */
  secrets: { names: readonly string[]; texts: readonly string[] };
};

/** What is kept of a creation for people and other tools. Pure, and without a secret. */
export const creationArtifacts = (input: CreationArtifactsInput): NewArtifact[] => [
  {
    name: 'inputs',
    description: 'What the cluster was asked for; secrets are left out.',
    files: inputFiles(input.given, input.secrets.names),
  },
  {
    name: 'plan',
    description: 'What its creation did, step by step; secrets are left out.',
    files: [{ name: 'plan.json', content: `${JSON.stringify(input.shown, null, 2)}\n` }],
  },
  ...(isTooMuch(input.plan.items, input.plan.servers)
    ? []
    : [{ name: TERRAFORM, description: TERRAFORM_ABOUT, files: terraformFiles(input) }]),
];

function inputFiles(given: ClusterPost, secret: readonly string[]): NewArtifact['files'] {
  const { services_config, application_seed_config, cluster_template_variable_values, ...cluster } = given;
  const file = (name: string, value: unknown) => ({ name, content: writeDocument(redactBody(value)) });
  // With a template the two files come from it, whatever stands in the request.
  const documents =
    given.cluster_template === ''
      ? [file('application.yaml', application_seed_config), file('services.yaml', services_config)]
      : [file('variables.yaml', redactValues(cluster_template_variable_values, secret))];
  return [file('cluster.yaml', cluster), ...documents];
}

const redactValues = (values: Record<string, unknown>, secret: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, secret.includes(name) ? REDACTED : value]));

const terraformFiles = ({ id, plan, sealer, secrets }: CreationArtifactsInput): NewArtifact['files'] => {
  const { cluster, connection_url } = plan;
  const items = plan.items.map((item) => openItem({ sealer }, item));
  return terraformOf({ id, cluster, connection_url, members: namesOf(plan), items, secretTexts: secrets.texts });
};

export type TerraformInput = {
  id: string;
  cluster: string;
  connection_url: string;
  members: readonly string[];
  items: readonly OpenItem[];
  secretTexts: readonly string[];
};

export const terraformOf = ({ id, items, ...input }: TerraformInput): NewArtifact['files'] =>
  makeTerraform({
    ...input,
    items: items.map((item) => toApplicationItem(item, input.secretTexts)),
    lineage: id,
  });

/**
 * An item of the plan as the documents package made it, before it was sealed; secrets are hidden before anything is
 * written in a language, for there they may look otherwise.
 */
function toApplicationItem(item: OpenItem, secrets: readonly string[]): ApplicationItem {
  const { wanted, perMember } = hideTexts({ wanted: item.wanted, perMember: item.perMember }, secrets);
  const { kind, key, name, project, pool, after } = item.planned;
  const title = kind.replaceAll('-', ' ');
  const parts = kind === 'server-config' ? [title] : [title, project === 'default' ? '' : project, name];
  const about = parts.filter(Boolean).join(' ');
  return {
    ...{ kind, key, name, project, pool, after, about },
    body: { ...wanted, config: configOf(wanted) },
    member_config: perMember ?? {},
    on_members: Object.keys(item.perMember ?? {}),
    fingerprint: kind === 'certificate' ? fingerprintOf(item) : '',
    // Each kind has the fields of its own among these.
  } as unknown as ApplicationItem;
}
