import type { Problem, Verdict } from '@operations-center/documents';
import { excerpt } from '../../failures/excerpt.ts';
import { type Column, type ListFormat, showList } from '../../output/list.ts';
import { writeYaml } from '../../output/yaml.ts';

/** `texts`: what was read, by file. */
export type ReadVerdict = Verdict & { texts: ReadonlyMap<string, string> };

type Row = Problem & { kind: 'Error' | 'Warning' };

const columns: readonly Column<Row>[] = [
  { header: 'Kind', value: ({ kind }) => kind, sorted: false },
  { header: 'Place', value: (row) => placeOf(row), sorted: false },
  { header: 'Path', value: ({ path }) => path, sorted: false },
  { header: 'Message', value: ({ message }) => message, sorted: false, free: true },
  { header: 'Remedy', value: ({ remedy }) => remedy ?? '', sorted: false, free: true },
  { header: 'Code', value: ({ code }) => code, sorted: false },
];

/** Every problem with its lines for people, all of them with their ranges for programs. */
export function showVerdict(
  verdict: ReadVerdict,
  format: ListFormat,
  width: number | undefined,
): string | Promise<string> {
  const { texts, ...told } = verdict;
  if (format.kind === 'json') return `${JSON.stringify(told)}\n`;
  if (format.kind === 'yaml') return writeYaml(told, 4);
  const rows: Row[] = [
    ...verdict.problems.map((problem) => ({ ...problem, kind: 'Error' as const })),
    ...verdict.warnings.map((warning) => ({ ...warning, kind: 'Warning' as const })),
  ];
  if (format.kind !== 'table') return showList(rows, columns, format, width);
  return `${rows.map((row) => paragraph(row, texts)).join('')}${summary(verdict)}`;
}

const codeColumn = 72;

function paragraph(row: Row, texts: ReadVerdict['texts']): string {
  const { kind, file, line, column, end_line, end_column, path, message, remedy = '', code } = row;
  const head = [`${kind}: ${placeOf(row)}`, path, message].filter((part) => part !== '').join(': ');
  const text = texts.get(file ?? '');
  const where =
    text === undefined || line === null || column === null
      ? ''
      : `${excerpt({ text, line, column, end: { line: end_line ?? line, column: end_column ?? column }, note: '' })}\n\n`;
  return `${head}\n\n${where}${remedy.padEnd(codeColumn - 2)}  (${code})\n\n`;
}

const placeOf = ({ file, line, column }: Problem): string =>
  [file, line, column].filter((part) => part !== null).join(':');

function summary({ problems, warnings, texts }: ReadVerdict): string {
  const files = [...texts.keys()].join(' and ');
  const beside = warnings.length === 0 ? '' : `, ${counted(warnings.length, 'warning')}`;
  return problems.length === 0
    ? `${files}: nothing is wrong${beside}.\n`
    : `${files}: ${counted(problems.length, 'error')}${beside}.\n`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
