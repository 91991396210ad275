import { Fault } from '@operations-center/contract';
import type { News } from '@operations-center/database';
import { redacted, type Sealer } from '../../platform/keys/sealing.ts';
import { isLogLevel, type Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { requireChannel } from '../channels/channels.service.ts';
import type { EventLog } from '../events/event-log.ts';
import { checkFingerprints, checkNetworkSettings } from './settings.rules.ts';
import { loadSettings, saveSettings } from './settings.store.ts';
import { type NetworkSettings, type Settings, type SettingsSection, secretPaths } from './settings.ts';

export type SettingsService = {
  /** What is in force now; no copy, do not change it. */
  current(): Settings;
  /** As it goes out: without secrets if they are shown to nobody. */
  shown<Section extends SettingsSection>(section: Section): Settings[Section];
  update<Section extends SettingsSection>(section: Section, wanted: Settings[Section]): Promise<void>;
  /** Takes over what another daemon has changed in the database. */
  reload(): Promise<void>;
};

export type SettingsParts = {
  database: MainDatabase;
  sealer: Sealer;
  events: EventLog;
  /** Moves the HTTPS listener; throws `listener_failed` and leaves the old one if that cannot be done. */
  applyNetwork(network: NetworkSettings): Promise<void>;
  applyLogLevel(level: string): void;
  /** Tells the other daemons, and hears of them. */
  news?: Pick<News, 'tell' | 'hear'>;
  log?: Pick<Log, 'warn'>;
};

const topic = 'settings';

export async function makeSettingsService(parts: SettingsParts): Promise<SettingsService> {
  let settings = await loadSettings(parts.database.read, parts.sealer);
  // One change at a time: a listener must not be moved by two requests at once.
  let last: Promise<unknown> = Promise.resolve();

  const save = async <Section extends SettingsSection>(section: Section, value: Settings[Section]): Promise<void> => {
    await parts.database.write(`settings ${section}`, async (tx) => {
      await saveSettings(tx, parts.sealer, section, value);
      await parts.events.changed(tx, { action: 'config-updated', source: `/1.0/system/${section}` });
    });
    settings = { ...settings, [section]: value };
    parts.news?.tell(topic, section);
  };
  const change = async <Section extends SettingsSection>(
    section: Section,
    wanted: Settings[Section],
  ): Promise<void> => {
    // Another daemon may have changed it a moment ago.
    settings = await loadSettings(parts.database.read, parts.sealer);
    const value = keepRedacted(withKept(section, wanted, settings), settings[section], section) as Settings[Section];
    await check(parts, section, { ...settings, [section]: value });
    if (section !== 'network') {
      await save(section, value);
      if (section === 'settings') parts.applyLogLevel((value as Settings['settings']).log_level);
      return;
    }
    const before = settings.network;
    await parts.applyNetwork(value as NetworkSettings);
    await save(section, value).catch(async (error: unknown) => {
      await parts.applyNetwork(before);
      throw error;
    });
  };
  const takeOver = async (): Promise<void> => {
    const before = settings;
    settings = await loadSettings(parts.database.read, parts.sealer);
    parts.applyLogLevel(settings.settings.log_level);
    if (JSON.stringify(before.network) === JSON.stringify(settings.network)) return;
    await parts.applyNetwork(settings.network).catch((error: unknown) => {
      parts.log?.warn({ err: error }, 'the HTTPS address that another daemon has set cannot be had here');
    });
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const reload = (): Promise<void> => inTurn(takeOver);
  parts.news?.hear(topic, () => {
    reload().catch((error: unknown) => parts.log?.warn({ err: error }, 'settings could not be read again'));
  });
  return {
    current: () => settings,
    shown(section) {
      if (settings.security.redact !== 'always') return settings[section];
      const sealed = parts.sealer.sealPaths(JSON.stringify(settings[section]), secretPaths[section]);
      return JSON.parse(parts.sealer.redactAll(sealed)) as Settings[typeof section]; // the same, other texts in it
    },
    update: (section, wanted) => inTurn(() => change(section, wanted)),
    reload,
  };
}

async function check(parts: SettingsParts, section: SettingsSection, wanted: Settings): Promise<void> {
  switch (section) {
    case 'network':
      return checkNetworkSettings(wanted.network);
    case 'security':
      return checkFingerprints(wanted.security.trusted_tls_client_cert_fingerprints);
    case 'settings':
      if (isLogLevel(wanted.settings.log_level)) return;
      throw new Fault(
        'setting_invalid',
        `Failed to update settings configuration: "${wanted.settings.log_level}" is no log level`,
        {
          hint: 'Use TRACE, DEBUG, INFO, WARN, ERROR, or leave it empty.',
        },
      );
    case 'updates':
      for (const channel of [wanted.updates.server_default_channel, wanted.updates.updates_default_channel]) {
        if (channel !== '') await requireChannel(parts.database.read, channel);
      }
  }
}

/** Clients of OC do not know this field: what they send back must not show what was hidden. */
const withKept = <Section extends SettingsSection>(
  section: Section,
  wanted: Settings[Section],
  { security }: Settings,
) => (section === 'security' ? { redact: security.redact, ...wanted } : wanted);

/** A redacted field that comes back means "unchanged" (design D13). */
function keepRedacted(wanted: unknown, before: unknown, at: string): unknown {
  if (wanted === redacted) {
    if (typeof before === 'string' && before !== '') return before;
    throw nothingToKeep(at, 'there is no secret that it could stand for');
  }
  if (typeof wanted !== 'object' || wanted === null) return wanted;
  const old = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>;
  if (!Array.isArray(wanted))
    return Object.fromEntries(
      Object.entries(wanted).map(([key, value]) => [key, keepRedacted(value, old[key], `${at}.${key}`)]),
    );
  // With an entry less nobody could tell which of them are left.
  if (wanted.includes(redacted) && Array.isArray(before) && wanted.length < before.length)
    throw nothingToKeep(at, `the list had ${before.length} entries and has ${wanted.length}`);
  return wanted.map((entry, index) => keepRedacted(entry, old[index], `${at}.${index}`));
}

const nothingToKeep = (at: string, why: string): Fault =>
  new Fault('setting_invalid', `Failed to update ${at}: it is ${redacted}, but ${why}`, {
    hint: 'Send the secret itself.',
  });
