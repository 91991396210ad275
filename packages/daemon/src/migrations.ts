import type { Migration } from '@operations-center/database';
import { operationListTables, workflowTables } from '@operations-center/workflow';
import { addAuditWhatIndex, createAuditTables } from './domains/audit/audit.tables.ts';
import { createChannelTables } from './domains/channels/channels.tables.ts';
import { createApplyTables } from './domains/clusters/apply/apply.tables.ts';
import { createArtifactTables } from './domains/clusters/artifacts/artifacts.tables.ts';
import { createClusterTables } from './domains/clusters/clusters.tables.ts';
import { createBackupTables } from './domains/clusters/creation/backups.tables.ts';
import { createPlanTables } from './domains/clusters/kept-plans/plans.tables.ts';
import { createFactoryResetTables } from './domains/clusters/removal/factory-reset.tables.ts';
import { createDaemonTables } from './domains/daemons/daemons.tables.ts';
import { createEventTables } from './domains/events/events.tables.ts';
import { addLastMissed, createServerTables } from './domains/servers/servers.tables.ts';
import { createSessionTables } from './domains/sessions/sessions.tables.ts';
import { createSealingKeyTables } from './domains/settings/sealing-keys.tables.ts';
import { createSettingsTables } from './domains/settings/settings.tables.ts';
import { addRules, createTemplateTables } from './domains/templates/templates.tables.ts';
import { createTokenTables } from './domains/tokens/tokens.tables.ts';
import { createUpdateTables } from './domains/updates/updates.tables.ts';
import { createWarningTables } from './domains/warnings/warnings.tables.ts';
import { addHeldUntil, createWebhookTables } from './domains/webhooks/webhooks.tables.ts';
import type { Schema } from './schema.ts';

/** The history of the main database. A released entry is never changed; a new one is added below. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-first',
    async up(tx, dialect) {
      const db = tx.withTables<Schema>();
      await createSettingsTables(db, dialect);
      await createChannelTables(db, dialect, Date.now());
      await createTokenTables(db, dialect);
      await createServerTables(db, dialect);
      await createUpdateTables(db, dialect);
      await createWarningTables(db, dialect);
      await workflowTables(tx, dialect);
      await createClusterTables(db, dialect);
      await createBackupTables(db, dialect);
    },
  },
  {
    name: '0002-plans',
    up: (tx, dialect) => createPlanTables(tx.withTables<Schema>(), dialect),
  },
  {
    name: '0003-events-and-audit',
    async up(tx, dialect) {
      await createEventTables(tx, dialect);
      await createAuditTables(tx, dialect);
    },
  },
  {
    name: '0004-daemons',
    async up(tx, dialect) {
      await createDaemonTables(tx.withTables<Schema>(), dialect);
      await addLastMissed(tx.withTables<Schema>());
    },
  },
  { name: '0005-operation-lists', up: (tx, dialect) => operationListTables(tx, dialect) },
  { name: '0006-webhooks', up: (tx, dialect) => createWebhookTables(tx.withTables<Schema>(), dialect) },
  { name: '0007-templates', up: (tx, dialect) => createTemplateTables(tx.withTables<Schema>(), dialect) },
  { name: '0008-apply', up: (tx, dialect) => createApplyTables(tx.withTables<Schema>(), dialect) },
  { name: '0009-artifacts', up: (tx, dialect) => createArtifactTables(tx.withTables<Schema>(), dialect) },
  { name: '0010-seal', up: (tx, dialect) => createSealingKeyTables(tx.withTables<Schema>(), dialect) },
  { name: '0011-reset', up: (tx, dialect) => createFactoryResetTables(tx.withTables<Schema>(), dialect) },
  {
    name: '0012-audit',
    async up(tx) {
      await addAuditWhatIndex(tx);
      await addHeldUntil(tx.withTables<Schema>());
    },
  },
  { name: '0013-template-rules', up: (tx, dialect) => addRules(tx.withTables<Schema>(), dialect) },
  { name: '0014-sessions', up: (tx, dialect) => createSessionTables(tx.withTables<Schema>(), dialect) },
];
