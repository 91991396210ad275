import * as z from 'zod';

/** What an event of Incus says about itself, as far as it tells where to look. */
export type IncusEvent = {
  action: string;
  /** Path segments behind `/1.0`, decoded: `['instances', 'c1', 'snapshots', 's0']`. */
  path: readonly string[];
  project: string;
  /** The member that tells it; empty if it does not say. */
  location: string;
  context: Readonly<Record<string, unknown>>;
};

const message = z.object({
  type: z.string(),
  project: z.string().optional(),
  location: z.string().optional(),
  metadata: z.unknown(),
});
const lifecycle = z.object({
  action: z.string(),
  source: z.string(),
  project: z.string().optional(),
  context: z.record(z.string(), z.unknown()).nullish(),
});

/** Undefined: it is no lifecycle event, so it is none of ours. Throws an Error if it is broken. */
export function readIncusEvent(text: string): IncusEvent | undefined {
  const { type, metadata, ...envelope } = message.parse(JSON.parse(text));
  if (type !== 'lifecycle') return undefined;
  const { action, source, project, context } = lifecycle.parse(metadata);
  const [path = '', query = ''] = source.split('?', 2);
  return {
    action,
    path: path
      .replace(/^\/1\.0\/?/, '')
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent),
    // A project's own events carry its name here, and other objects' their project.
    project: project || envelope.project || new URLSearchParams(query).get('project') || 'default',
    location: envelope.location ?? '',
    context: context ?? {},
  };
}

export const contextText = ({ context }: IncusEvent, field: string): string => {
  const value = context[field];
  return typeof value === 'string' ? value : '';
};
