import type { FaultEntry } from './entry.ts';

export const clusterTemplateFaults = {
  cluster_template_not_found: {
    kind: 'not_found',
    about: 'There is no such cluster template.',
    hint: 'List them: operations-center provisioning cluster-template list.',
  },
  cluster_template_exists: {
    kind: 'conflict',
    about: 'A cluster template of this name is there already.',
    hint: 'Choose another name, or change the template that is there.',
  },
  cluster_template_invalid: {
    kind: 'invalid',
    about: 'A cluster template cannot be kept like this: its name, a variable or one of its texts is wrong.',
    hint: 'Correct the named variable or place.',
  },
  cluster_template_revision_not_found: {
    kind: 'not_found',
    about: 'A cluster template has no such revision, or not any more.',
    hint: 'List them: operations-center provisioning cluster-template history {template}.',
  },
  cluster_template_unused: {
    kind: 'not_found',
    about: 'The cluster was not made from a template.',
    hint: 'What it was made from stands in its artifact "inputs".',
  },
  cluster_template_values_invalid: {
    kind: 'invalid',
    about: 'The values given for the variables of a cluster template do not fit: one is missing, or of a wrong kind.',
    hint: 'Correct the named variable in the file of values.',
  },
  cluster_template_result_invalid: {
    kind: 'invalid',
    about: 'With these values a cluster template does not come to a document of keys and values.',
    hint: 'Correct the value that breaks it, or give the variable a type: then no value can.',
  },
} as const satisfies Record<string, FaultEntry>;
