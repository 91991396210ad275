import { clipLine, visibleWidth } from '../progress/clip.ts';

export type TableStyle = 'table' | 'compact';
export type Grid = {
  headers: readonly string[] | undefined;
  rows: readonly (readonly string[])[];
  /** Columns of free text, which may be cut to fit a terminal. */
  free: readonly number[];
};

const framed = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
} as const;
const bare = Object.fromEntries(Object.keys(framed).map((part) => [part, '']));

/** `width` is that of the terminal; undefined means nobody looks, and nothing is cut. */
export async function renderTable(grid: Grid, style: TableStyle, width: number | undefined): Promise<string> {
  if (grid.headers === undefined && grid.rows.length === 0) return '';
  const { default: Table } = await import('cli-table3');
  const draw = (rows: Grid['rows']): string => {
    const table = new Table({
      chars: style === 'table' ? framed : bare,
      style: { head: [], border: [] },
      ...(grid.headers === undefined
        ? {}
        : { head: grid.headers.map((content) => ({ content, hAlign: 'center' as const })) as never }), // its types know only strings here
    });
    table.push(...rows.map((row) => [...row]));
    return `${table.toString()}\n`;
  };
  const whole = draw(grid.rows);
  const over = width === undefined ? 0 : widestLine(whole) - width;
  return over > 0 ? draw(cutRows(grid, over)) : whole;
}

const widestLine = (text: string): number => Math.max(...text.split('\n').map(visibleWidth));

const leftOver = 8;

/** Takes what is too much from the columns of free text, the widest first; headers and 8 characters stay. */
function cutRows(grid: Grid, over: number): Grid['rows'] {
  const widthOf = (column: number) => Math.max(0, ...grid.rows.map((row) => visibleWidth(row[column] ?? '')));
  const room = new Map<number, number>();
  let left = over;
  for (const column of [...grid.free].sort((a, b) => widthOf(b) - widthOf(a))) {
    const width = widthOf(column);
    const kept = Math.min(width, Math.max(leftOver, grid.headers?.[column]?.length ?? 0, width - left));
    room.set(column, kept);
    left -= width - kept;
  }
  return grid.rows.map((row) => row.map((cell, column) => clipLine(cell, room.get(column) ?? Infinity)));
}
