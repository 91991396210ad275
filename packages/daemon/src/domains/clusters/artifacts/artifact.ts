import type { Artifact } from '@operations-center/contract';

/** The name and the description are OC's, to the letter. */
export const TERRAFORM = 'terraform-configuration';
export const TERRAFORM_ABOUT = 'Initial terraform configuration used for post-clustering.';

/** Of so many things at most; each member's share of one counts. More is megabytes that nobody could plan with. */
const mostThings = 20_000;

export const isTooMuch = (items: readonly unknown[], members: readonly unknown[]): boolean =>
  items.length * members.length > mostThings;

/** An artifact that is about to be kept. */
export type NewArtifact = { name: string; description: string; files: readonly { name: string; content: string }[] };

/** One that is kept, without the content of its files. */
export type StoredArtifact = {
  /** The name the cluster has now. */
  cluster: string;
  name: string;
  description: string;
  files: readonly { name: string; mime_type: string; size_bytes: number }[];
  /** Epoch milliseconds. */
  at: number;
};

/** Fields in OC's order. */
export const artifactJson = ({ cluster, name, description, files, at }: StoredArtifact): string =>
  JSON.stringify({
    cluster,
    name,
    description,
    properties: null,
    files: files.map((file) => ({ name: file.name, mime_type: file.mime_type, size: file.size_bytes })),
    last_updated: `${new Date(at).toISOString().slice(0, 19)}Z`,
  } satisfies Artifact);

/** As OC finds it out: by the end of the name, else by a look at the content. */
export function mimeTypeOf(name: string, content: string): string {
  if (name.endsWith('.json') || name.endsWith('.tfstate')) return 'application/json';
  return content === '' ? 'text/plain' : 'text/plain; charset=utf-8';
}
