import type { Command } from '../../command.ts';
import { templateAdd } from './add.ts';
import { templateEdit } from './edit.ts';
import { templateList } from './list.ts';
import { templateRemove } from './remove.ts';
import { templateRename } from './rename.ts';
import { templateShow } from './show.ts';

export const templateCommands: readonly Command[] = [
  templateAdd,
  templateList,
  templateShow,
  templateEdit,
  templateRename,
  templateRemove,
];
