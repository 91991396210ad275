import { catalogue } from './domains/clusters/checks/catalogue.rules.ts';
import { type Check, checkGroups } from './domains/clusters/checks/check.ts';

const intro = `Before a cluster is made, every check below is run: on what we know, and on the live servers, each asked every question once.
\`operations-center provisioning cluster check\` runs them by themselves and changes nothing. A check says *ok*, *warning* (it becomes one of the
operation), *blocking* (a creation is refused, unless the check is ignored by name) or *skipped* (what it needs could not be read).
`;

/** `docs/generated/checks.md`: every check with what it reads, why, and what to do. */
export function checksReference(): string {
  const groups = checkGroups.map((group) => {
    const own = catalogue.filter((check) => check.group === group);
    return `- ${group}: ${own.map(({ name }) => `[${name}](#${name})`).join(', ')}`;
  });
  return `# Checks\n\n${intro}\n${groups.join('\n')}\n\n${catalogue.map(section).join('\n')}`;
}

const section = ({ name, group, title, about, reads, ignorable, remedy }: Check): string => `## ${name}

*${title}.* Group ${group}; ${ignorable ? `may be ignored: \`--ignore ${name}\`` : 'can never be ignored'}.

${about}

- Reads: ${reads.map(asCode).join('; ')}
- What to do: ${remedy.replaceAll('{server}', 'SERVER').replaceAll('{cluster}', 'NAME')}
`;

/** A call is code, a row of ours is words. */
const asCode = (text: string): string => (/^(GET|\/|state\.)/.test(text) ? `\`${text}\`` : text);
