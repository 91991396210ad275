import { type Command, defineCommand, showNothing } from '../../command.ts';
import { editDetail } from '../../edit-command.ts';
import { editDocument } from '../../edit-document.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { writeYaml } from '../../output/yaml.ts';

const sections = {
  network: 'where the daemon is reached and where it listens',
  security: 'whom the daemon trusts: certificates, OIDC, OpenFGA, ACME',
  settings: 'log level and registration script',
  updates: 'where updates come from, and the default channels',
} as const;

type Section = keyof typeof sections;

const showOf = (section: Section): Command =>
  defineCommand({
    path: ['system', section, 'show'],
    about: `Show ${sections[section]}`,
    examples: [`operations-center system ${section} show`],
    args: {},
    options: { format: showFormat },
    run: ({ api }) => api.ask(`system_${section}_show`),
    show: (settings, { options }) => showObject(settings, options.format, () => writeYaml(settings, 2)),
  });

const editOf = (section: Section): Command =>
  defineCommand({
    path: ['system', section, 'edit'],
    about: `Change ${sections[section]}`,
    detail: editDetail,
    examples: [
      `operations-center system ${section} edit`,
      `operations-center system ${section} show | operations-center system ${section} edit`,
    ],
    args: {},
    options: {},
    run: async (call) => {
      await editDocument(call, {
        load: async () => ({ ...(await call.api.ask(`system_${section}_show`)) }),
        // What was typed is checked by the daemon, whose answer names the setting.
        save: async (document) => {
          await call.api.ask(`system_${section}_update`, { body: document });
        },
      });
    },
    show: showNothing,
  });

const names = Object.keys(sections) as Section[]; // the table has no other keys

export const systemSections: readonly Command[] = names.flatMap((section) => [showOf(section), editOf(section)]);
