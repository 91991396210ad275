import type { Database, Tx as DatabaseTx } from '@operations-center/database';
import type { Kysely } from 'kysely';
import type { AuditTables } from './domains/audit/audit.tables.ts';
import type { ChannelTables } from './domains/channels/channels.tables.ts';
import type { ApplyTables } from './domains/clusters/apply/apply.tables.ts';
import type { ArtifactTables } from './domains/clusters/artifacts/artifacts.tables.ts';
import type { ClusterTables } from './domains/clusters/clusters.tables.ts';
import type { BackupTables } from './domains/clusters/creation/backups.tables.ts';
import type { PlanTables } from './domains/clusters/kept-plans/plans.tables.ts';
import type { FactoryResetTables } from './domains/clusters/removal/factory-reset.tables.ts';
import type { DaemonTables } from './domains/daemons/daemons.tables.ts';
import type { EventTables } from './domains/events/events.tables.ts';
import type { InventoryTables } from './domains/inventory/inventory.tables.ts';
import type { ServerTables } from './domains/servers/servers.tables.ts';
import type { SessionTables } from './domains/sessions/sessions.tables.ts';
import type { SealingKeyTables } from './domains/settings/sealing-keys.tables.ts';
import type { SettingsTables } from './domains/settings/settings.tables.ts';
import type { TemplateTables } from './domains/templates/templates.tables.ts';
import type { TokenTables } from './domains/tokens/tokens.tables.ts';
import type { UpdateTables } from './domains/updates/updates.tables.ts';
import type { WarningTables } from './domains/warnings/warnings.tables.ts';
import type { WebhookTables } from './domains/webhooks/webhooks.tables.ts';

/** Every table of the main database, each named by the domain that owns it. */
export type Schema = SettingsTables &
  SealingKeyTables &
  ChannelTables &
  TokenTables &
  ClusterTables &
  BackupTables &
  ArtifactTables &
  PlanTables &
  ApplyTables &
  TemplateTables &
  FactoryResetTables &
  DaemonTables &
  ServerTables &
  UpdateTables &
  WarningTables &
  WebhookTables &
  SessionTables &
  EventTables &
  AuditTables;

/** What a store reads with: the database's `read`, or a write in progress. */
export type Db = Kysely<Schema>;
export type Tx = DatabaseTx<Schema>;
export type MainDatabase = Database<Schema>;

/** The inventory has a file of its own (engineering E3). */
export type InventoryDatabase = Database<InventoryTables>;
