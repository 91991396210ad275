import { writeDocument } from '@operations-center/documents';
import { redactBody } from '@operations-center/fleet-protocol';
import { hideTexts } from '../../../platform/hide-texts.ts';
import type { Sealed, Sealer } from '../../../platform/keys/sealing.ts';
import { isTooMuch, type NewArtifact, TERRAFORM, TERRAFORM_ABOUT } from '../artifacts/artifact.ts';
import { terraformOf } from '../artifacts/creation-artifacts.plan.ts';
import { configOf, type OpenItem, openItem } from '../plan/open-item.ts';
import type { AppliedItem, ApplyPlan, MemberValues } from './apply.ts';
import { withChanges } from './item-values.plan.ts';

type File = NewArtifact['files'][number];

export type AppliedArtifactsInput = {
  plan: ApplyPlan;
  connection_url: string;
  /** The plan as it was shown; undefined: it is not there any more. */
  shown: string | undefined;
  /** The files that are kept of each artifact now, by its name. */
  kept: Readonly<Record<string, readonly File[]>>;
  sealer: Sealer;
};

/** What is kept of a cluster for people and other tools, once a file was applied to it. Pure, and without a secret. */
export function appliedArtifacts({ plan, connection_url, shown, kept, sealer }: AppliedArtifactsInput): NewArtifact[] {
  const open = (sealed: Sealed): unknown => JSON.parse(sealer.open(sealed));
  const secretTexts = open(plan.secrets) as string[]; // sealed by the planner
  const document = (name: string, sealed: Sealed): File => ({
    name,
    content: writeDocument(redactBody(hideTexts(open(sealed), secretTexts))),
  });
  const { cluster, cluster_id: id, next } = plan;
  const members = plan.members.map(({ name }) => name);
  const items = Object.values(next.items).map((applied) => wholeItem(applied, sealer));
  const files = [document('application.yaml', next.seed), document('services.yaml', next.services)];
  const terraform = { id, cluster, connection_url, members, items, secretTexts };
  return [
    {
      name: 'inputs',
      description: 'What the cluster was asked for, the files as they were applied last; secrets are left out.',
      files: together(kept['inputs'], files),
    },
    {
      name: 'plan',
      description: 'What its creation did, step by step, and what was applied last; secrets are left out.',
      files: together(kept['plan'], shown === undefined ? [] : [{ name: 'last-apply.json', content: pretty(shown) }]),
    },
    ...(isTooMuch(items, members)
      ? []
      : [{ name: TERRAFORM, description: TERRAFORM_ABOUT, files: terraformOf(terraform) }]),
  ];
}

const pretty = (json: string): string => `${JSON.stringify(JSON.parse(json), null, 2)}\n`;

const together = (kept: readonly File[] = [], files: readonly File[]): File[] => [
  ...kept.filter(({ name }) => !files.some((file) => file.name === name)),
  ...files,
];

/** All that was applied of an item, by the creation, by this file and by those before. */
function wholeItem({ item, values }: AppliedItem, sealer: Sealer): OpenItem {
  const open = openItem({ sealer }, item);
  const members = JSON.parse(sealer.open(values)) as MemberValues; // sealed by the planner
  const all = (item.kind === 'storage-volume' ? Object.values(members)[0] : members['']) ?? {};
  const changes = Object.entries(all).map(([field, after]) => ({ field, after }));
  const said = withChanges(item.kind, open.wanted, changes);
  const known = item.kind === 'server-config' ? { config: textsOf(configOf(said)) } : said;
  const wanted = { ...open.wanted, ...known };
  if (open.perMember === null || item.kind === 'storage-volume') return { ...open, wanted };
  const own = Object.keys(open.perMember).map((member) => [member, memberConfig(members[member] ?? {})] as const);
  return { ...open, wanted, perMember: Object.fromEntries(own) };
}

const textsOf = (config: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ''));

const memberConfig = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [field.replace(/^config\./, ''), value]));
