import type { Operation } from '@operations-center/contract';
import { drawnColumns, type Terminal } from '../call.ts';
import { visibleWidth } from './clip.ts';
import { renderFrame } from './frame.ts';

export type LiveView = {
  draw: (operation: Operation, now: number, note?: string) => void;
  /** Leaves the frame where it stands, so that a question can be written below. */
  keep: () => void;
};

/** Draws frames over each other on a terminal. After a resize the old frame's wrapped lines are counted anew. */
export function makeLiveView(terminal: Terminal): LiveView {
  const { stderr, env } = terminal;
  const colour = (env['NO_COLOR'] ?? '') === '';
  let drawn: string[] = [];
  const columns = () => drawnColumns(stderr);
  const erase = () => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleWidth(line) / columns())), 0);
    drawn = [];
    return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[J`;
  };
  return {
    draw: (operation, now, note) => {
      const rows = ('rows' in stderr && typeof stderr.rows === 'number' ? stderr.rows : 0) || 24;
      const frame = renderFrame(operation, { now, columns: columns(), rows: rows - 1, colour, note });
      const over = erase();
      drawn = frame;
      stderr.write(`${over}${frame.join('\n')}\n`);
    },
    keep: () => {
      drawn = [];
    },
  };
}
