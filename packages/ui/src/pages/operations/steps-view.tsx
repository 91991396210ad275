import type { OperationStep } from '@operations-center/contract';
import { stepStates } from '../../data/operation.rules.ts';
import { Name } from '../../parts/name.tsx';
import { useNowMs } from '../../parts/time/now.ts';
import { spellExact, stopwatch } from '../../parts/time/time.rules.ts';
import { lineWord, type Matrix, shortName, toBands } from './bands.rules.ts';
import styles from './steps-view.module.css';

/** All steps: servers × steps where they concern single servers, one after the other where they concern all. */
export function StepsView({ steps, servers }: { steps: readonly OperationStep[]; servers: readonly string[] }) {
  return toBands(steps, servers).map((band) =>
    band.kind === 'matrix' ? (
      <MatrixView key={band.columns.join()} matrix={band} />
    ) : (
      <ol key={band.steps[0]?.key} className={styles['line']} aria-label="Steps of the whole cluster">
        {band.steps.map((step) => (
          <li key={step.key} data-state={stepStates[step.state].state} title={sentenceOf(step)}>
            <Sign step={step} /> <bdi>{lineWord(step)}</bdi>
          </li>
        ))}
      </ol>
    ),
  );
}

function MatrixView({ matrix: { columns, rows } }: { matrix: Matrix }) {
  return (
    // It scrolls sideways on a phone, so the keyboard must reach it.
    <div className={styles['scroller']} tabIndex={0} role="region" aria-label="Steps of each server">
      <table className={styles['matrix']}>
        <thead>
          <tr>
            <th scope="col">Server</th>
            {columns.map((name) => (
              <th key={name} scope="col">
                {shortName(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ server, cells }) => (
            <tr key={server}>
              <th scope="row">
                <Name>{server}</Name>
              </th>
              {cells.map((step, index) => (
                <td key={columns[index]}>{step === undefined ? null : <Cell step={step} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Cell = ({ step }: { step: OperationStep }) => (
  <div className={styles['cell']} data-state={stepStates[step.state].state} title={sentenceOf(step)}>
    <Sign step={step} /> <Took step={step} />
  </div>
);

const Sign = ({ step: { state } }: { step: OperationStep }) => (
  <>
    <span aria-hidden="true">{stepStates[state].sign}</span>
    <span className={styles['unseen']}>{stepStates[state].word}</span>
  </>
);

function Took({ step }: { step: OperationStep }) {
  if (step.started_at === null) return null;
  if (step.ended_at === null) return <Running sinceMs={Date.parse(step.started_at)} />;
  return <span className={styles['took']}>{spellExact(Date.parse(step.ended_at) - Date.parse(step.started_at))}</span>;
}

const Running = ({ sinceMs }: { sinceMs: number }) => (
  <span className={styles['took']}>{stopwatch(useNowMs() - sinceMs)}</span>
);

/** `Join server3: running, attempt 2` */
function sentenceOf({ about, state, attempt, already }: OperationStep): string {
  const words = [stepStates[state].word, already ? 'was there already' : '', attempt > 1 ? `attempt ${attempt}` : ''];
  return `${about}: ${words.filter((word) => word !== '').join(', ')}`;
}
