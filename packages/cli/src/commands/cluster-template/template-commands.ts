import type { Command } from '../../command.ts';
import { templateAdd } from './add.ts';
import { templateConvert } from './convert.ts';
import { templateDiff } from './diff.ts';
import { templateEdit } from './edit.ts';
import { templateExport } from './export.ts';
import { templateHistory } from './history.ts';
import { templateImport } from './import.ts';
import { templateList } from './list.ts';
import { templateRemove } from './remove.ts';
import { templateRename } from './rename.ts';
import { templateRender } from './render.ts';
import { templateRollback } from './rollback.ts';
import { templateSchema } from './schema.ts';
import { templateShow } from './show.ts';

export const templateCommands: readonly Command[] = [
  templateAdd,
  templateList,
  templateShow,
  templateEdit,
  templateRename,
  templateRemove,
  templateRender,
  templateSchema,
  templateConvert,
  templateExport,
  templateImport,
  templateHistory,
  templateDiff,
  templateRollback,
];
