import type { Command } from './command.ts';
import { adminGo } from './commands/admin/go.ts';
import { artifactArchive, artifactFile } from './commands/artifact/archive.ts';
import { artifactExport } from './commands/artifact/export.ts';
import { artifactList } from './commands/artifact/list.ts';
import { artifactShow } from './commands/artifact/show.ts';
import { auditList } from './commands/audit/list.ts';
import { auditVerify } from './commands/audit/verify.ts';
import { channelList } from './commands/channel/list.ts';
import { channelShow } from './commands/channel/show.ts';
import { clusterAdd } from './commands/cluster/add.ts';
import { clusterApply } from './commands/cluster/apply.ts';
import { clusterCheck } from './commands/cluster/check.ts';
import { clusterEdit } from './commands/cluster/edit.ts';
import { clusterExportTemplate } from './commands/cluster/export-template.ts';
import { clusterList } from './commands/cluster/list.ts';
import { clusterRemove } from './commands/cluster/remove.ts';
import { clusterRename } from './commands/cluster/rename.ts';
import { clusterResync } from './commands/cluster/resync.ts';
import { clusterShow } from './commands/cluster/show.ts';
import { clusterValidate } from './commands/cluster/validate.ts';
import { templateCommands } from './commands/cluster-template/template-commands.ts';
import { completion } from './commands/completion.ts';
import { monitor } from './commands/events/monitor.ts';
import { inventoryCommands } from './commands/inventory/inventory-commands.ts';
import { operationFactoryReset } from './commands/operation/factory-reset.ts';
import { operationList } from './commands/operation/list.ts';
import { operationLog } from './commands/operation/log.ts';
import { operationShow } from './commands/operation/show.ts';
import { operationWait, operationWatch } from './commands/operation/wait.ts';
import { operationWays } from './commands/operation/ways-out.ts';
import { planList, planRemove, planShow } from './commands/plan/plan-commands.ts';
import { query } from './commands/query.ts';
import { remoteAdd } from './commands/remote/add.ts';
import { remoteList } from './commands/remote/list.ts';
import { remoteRemove } from './commands/remote/remove.ts';
import { remoteSwitch } from './commands/remote/switch.ts';
import { serverAdopt } from './commands/server/adopt.ts';
import { serverEdit } from './commands/server/edit.ts';
import { serverExpectReinstall } from './commands/server/expect-reinstall.ts';
import { serverList } from './commands/server/list.ts';
import { osCommands } from './commands/server/os/os-commands.ts';
import { serverRemove } from './commands/server/remove.ts';
import { serverRename } from './commands/server/rename.ts';
import { serverResync } from './commands/server/resync.ts';
import { serverShow } from './commands/server/show.ts';
import { systemSections } from './commands/system/sections.ts';
import { trustAdd, trustList, trustRemove } from './commands/system/trust.ts';
import { tokenAdd } from './commands/token/add.ts';
import { tokenEdit } from './commands/token/edit.ts';
import { tokenList } from './commands/token/list.ts';
import { tokenRemove } from './commands/token/remove.ts';
import { tokenShow } from './commands/token/show.ts';
import { uiCommands } from './commands/ui/ui-commands.ts';
import { warningAcknowledge, warningList, warningShow } from './commands/warning/warning-commands.ts';
import { webhookCommands } from './commands/webhook/webhook-commands.ts';

/** Every command there is; help, completion and the reference are made from this list, in this order. */
export const commands: readonly Command[] = [
  tokenAdd,
  tokenList,
  tokenShow,
  tokenEdit,
  tokenRemove,
  serverList,
  serverShow,
  serverEdit,
  serverRename,
  serverRemove,
  serverResync,
  serverAdopt,
  serverExpectReinstall,
  ...osCommands,
  planList,
  planShow,
  planRemove,
  clusterAdd,
  clusterCheck,
  clusterValidate,
  clusterApply,
  clusterExportTemplate,
  clusterList,
  clusterShow,
  clusterEdit,
  clusterRename,
  clusterRemove,
  clusterResync,
  artifactList,
  artifactShow,
  artifactArchive,
  artifactFile,
  artifactExport,
  ...templateCommands,
  channelList,
  channelShow,
  ...inventoryCommands,
  operationList,
  operationShow,
  operationWatch,
  operationLog,
  operationWait,
  operationFactoryReset,
  ...operationWays,
  monitor,
  auditList,
  auditVerify,
  warningList,
  warningShow,
  warningAcknowledge,
  remoteAdd,
  remoteList,
  remoteSwitch,
  remoteRemove,
  ...systemSections,
  trustAdd,
  trustList,
  trustRemove,
  ...webhookCommands,
  ...uiCommands,
  adminGo,
  query,
  completion,
];
