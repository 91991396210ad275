import { z } from 'zod';
import { route } from '../route.ts';
import { flag, wireObject } from '../wire.ts';

const place = z.number().int().nullable();

/** Something wrong, or worth knowing, at one place of a text. */
export const documentProblem = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().describe('storage_pools[0].driver; empty for the whole text'),
  file: z.string().nullable().describe('services or application'),
  line: place.describe('From 1'),
  column: place.describe('From 1, in UTF-16 units'),
  end_line: place,
  end_column: place.describe('Behind the last character'),
  expected: z.string().optional(),
  suggestion: z.string().optional().describe('The nearest word that would have been right'),
  remedy: z.string().optional().describe('What to do about it'),
});

const document = z
  .string()
  .max(1024 * 1024)
  .optional();

export const validateRoutes = {
  clusters_validate: route({
    name: 'clusters_validate',
    method: 'POST',
    path: '/1.0/provisioning/clusters/:validate',
    about:
      'Read the files of a cluster strictly and tell all that is wrong with them, each with its range; nobody is asked',
    access: 'can_view',
    body: wireObject({
      services: document.describe('Text of a services file, YAML or JSON'),
      application: document.describe('Text of an application file, YAML or JSON'),
      allow_unknown: flag.describe('Let pass, with a warning, what a newer IncusOS or Incus may have'),
    }),
    bodyLimit: 4 * 1024 * 1024,
    answer: z.object({
      valid: z.boolean(),
      problems: z.array(documentProblem),
      warnings: z.array(documentProblem),
      read: z
        .object({
          services_config: z.record(z.string(), z.unknown()),
          application_seed_config: z.record(z.string(), z.unknown()),
        })
        .nullable()
        .describe('If it is valid: the same as maps, as a creation or a plan takes them'),
    }),
    success: 200,
    faults: [],
    extension: 'cluster_validate',
  }),
};
export type DocumentProblem = z.output<typeof documentProblem>;
