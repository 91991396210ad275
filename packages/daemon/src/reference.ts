import { generalSettings, networkSettings, securitySettings, updateSettings } from '@operations-center/contract';
import { z } from 'zod';
import { defaultSettings } from './domains/settings/settings.ts';
import { daemonConfigurationShape } from './platform/daemon-configuration.ts';
import { usage } from './usage.ts';

const sections = {
  network: networkSettings,
  security: securitySettings,
  settings: generalSettings,
  updates: updateSettings,
};

/** `docs/generated/settings.md`: the daemon's options, its environment, and every setting with its default. */
export function daemonReference(): string {
  const tables = Object.entries(sections).map(
    ([name, schema]) => `## ${name}\n\n| key | default | |\n|---|---|---|\n${rowsOf(name, schema).join('\n')}\n`,
  );
  return `# The daemon's options and settings\n\n\`\`\`\n${usage}\`\`\`\n\n${configurationReference()}\n\nSettings are read and replaced as a whole section with \`operations-center system SECTION show|edit\` or \`/1.0/system/SECTION\`.\n\n${tables.join('\n')}`;
}

function rowsOf(section: string, schema: z.ZodType): string[] {
  // The sections are objects, and so are their JSON Schemas.
  const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { description?: string }>;
  };
  const defaults = defaultSettings[section as keyof typeof defaultSettings] as Record<string, unknown>;
  return Object.entries(properties ?? {}).map(
    ([key, { description }]) => `| \`${key}\` | \`${JSON.stringify(defaults[key])}\` | ${description ?? ''} |`,
  );
}

/** `daemon.yml`, one row a key. */
function configurationReference(): string {
  const { properties } = z.toJSONSchema(daemonConfigurationShape, { io: 'input', unrepresentable: 'any' }) as Section;
  const rows = Object.entries(properties ?? {}).flatMap(([section, inner]) =>
    Object.entries(inner.properties ?? {}).map(
      ([key, { description, default: value }]) =>
        `| \`${section}.${key}\` | ${value === undefined ? '' : `\`${JSON.stringify(value)}\``} | ${description ?? ''} |`,
    ),
  );
  return `## daemon.yml\n\nIn the state directory, or in the folder \`OPERATIONS_CENTER_CONF\`. It holds what the daemon must know before it has its database; without it the daemon uses SQLite.\n\n| key | default | |\n|---|---|---|\n${rows.join('\n')}`;
}

type Section = { properties?: Record<string, Section>; description?: string; default?: unknown };
