import type { Command } from '../../../command.ts';
import { osActions } from './os-actions.ts';
import { osArchives } from './os-archives.ts';
import { collectionOf, editOf, showOf } from './os-documents.ts';

/** Documents of IncusOS that are shown and replaced whole. */
const documents: Readonly<Record<string, string>> = {
  'fallback-listener': 'where IncusOS listens if its application does not start',
  kernel: 'kernel settings',
  logging: 'where IncusOS sends its log',
  network: 'network configuration and state',
  provider: 'where IncusOS registers and gets its updates',
  security: 'security configuration and state, recovery keys among it',
  storage: 'drives and pools',
  update: 'update settings and state',
};

/** A server's IncusOS, asked directly through the daemon. */
export const osCommands: readonly Command[] = [
  showOf([], '', 'what IncusOS is running'),
  ...collectionOf('application', '/applications'),
  ...collectionOf('service', '/services'),
  showOf(['system', 'resources'], '/system/resources', 'the hardware of a server'),
  ...Object.entries(documents).flatMap(([name, about]) => [
    showOf(['system', name], `/system/${name}`, about),
    editOf(['system', name], `/system/${name}`, about),
  ]),
  ...osActions,
  ...osArchives,
];
