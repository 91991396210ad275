import type { Operation, OperationFailure, OperationStep } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { printableLines } from '../../output/printable.ts';
import { showElapsed, showTime } from '../../output/time.ts';
import { isOver, symbolOf } from '../../progress/step-words.ts';
import { waitSentence } from '../../progress/wait-sentence.ts';
import { wayOutLines } from '../../progress/ways-out-lines.ts';
import { findOperation } from './list-operations.ts';

export const operationShow = defineCommand({
  path: ['operation', 'show'],
  about: 'Show an operation: its steps, what it waits for, the ways out and what each does',
  examples: ['operations-center operation show 3f9c1e', 'operations-center operation show 3f9c1e -f json'],
  args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
  options: { format: showFormat },
  run: ({ api, args }) => findOperation(api, args.id),
  show: (operation, { options }) =>
    showObject(operation, options.format, () => operationText(printableLines(operation), Date.now())),
});

/** As text, for one moment. */
export function operationText(operation: Operation, now: number): string {
  const { metadata } = operation;
  const until = isOver(operation) ? Date.parse(operation.updated_at) : now;
  return [
    fieldLines([
      ['ID', operation.id],
      ['Description', operation.description],
      ['Status', metadata.status.replaceAll('_', ' ')],
      ['Direction', metadata.direction === 'back' ? 'back, to how things were' : 'forward'],
      ['Requested By', metadata.requested_by ?? ''],
      ['Created', showTime(operation.created_at)],
      ['Updated', showTime(operation.updated_at)],
      ['Duration', showElapsed(until - Date.parse(operation.created_at))],
    ]),
    section(
      'Holds',
      // What is over holds nothing.
      Object.values(isOver(operation) ? {} : operation.resources)
        .flat()
        .map((url) => decodeURIComponent(url.replace('/1.0/provisioning/', ''))),
    ),
    section(
      'Steps',
      metadata.steps.map((step) => stepLine(step)),
    ),
    section(
      'Waits',
      metadata.waits.map((wait) => waitSentence(wait, now)),
    ),
    ...failureSections(metadata),
    section(
      'Warnings',
      metadata.warnings.map((warning) => `${warning.step}: ${warning.message} (${warning.code})`),
    ),
    section('Ways Out', wayOutLines(operation)),
  ].join('');
}

/** Why it turned back stands before what keeps it from getting there. */
function failureSections({ failure, first_failure }: Operation['metadata']): string[] {
  if (failure === null) return [];
  // A daemon of the release before tells one of both.
  if (first_failure === null || first_failure === undefined) return [section('Failure', failureLines(failure))];
  return [section('Failure', failureLines(first_failure)), section('And On The Way Back', failureLines(failure))];
}

const failureLines = ({ step, target, message, code, hint }: OperationFailure): string[] => [
  `${target === null ? '' : `${target}: `}${step}: ${message} (${code})`,
  ...(hint === null || hint === '' ? [] : [hint]),
];

const section = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}`;

function stepLine(step: OperationStep): string {
  const notes = [
    step.already ? 'as wanted already' : '',
    step.attempt > 1 ? `try ${step.attempt}` : '',
    step.started_at !== null && step.ended_at !== null
      ? showElapsed(Date.parse(step.ended_at) - Date.parse(step.started_at))
      : '',
  ].filter((note) => note !== '');
  const after = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `${symbolOf(step.state, false)} ${step.key}${after}`;
}
