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

const widestLine = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

/** Takes what is too much from the widest free-text column, but leaves its header and 8 characters. */
function cutRows(grid: Grid, over: number): Grid['rows'] {
  const lengthOf = (column: number) => Math.max(0, ...grid.rows.map((row) => row[column]?.length ?? 0));
  const column = [...grid.free].sort((a, b) => lengthOf(b) - lengthOf(a))[0];
  if (column === undefined) return grid.rows;
  const room = Math.max(8, grid.headers?.[column]?.length ?? 0, lengthOf(column) - over);
  return grid.rows.map((row) =>
    row.map((cell, index) => (index === column && cell.length > room ? `${cell.slice(0, room - 1)}…` : cell)),
  );
}
