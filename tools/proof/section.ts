/** One line of a table of the proof. What must be zero stands last. */
export type Line = {
  what: string;
  runs: number;
  finished: number;
  undone: number;
  /** Runs that asked a person, who then chose; they ended as finished or undone. */
  attention: number;
  lost: number;
  doubled: number;
  left: number;
  seconds: number;
};

export type Proof = {
  lines: Line[];
  /** What does not fit the columns, one line each. */
  notes: string[];
  /** Empty: proven. */
  wrong: string[];
};

export type Size = {
  quick: boolean;
  /** Which part of what is many is tried, chosen by seed: 1 is all of it. */
  part: number;
  /** One line now and then, so that a person sees that it goes on. */
  say(text: string): void;
};

export type Section = { name: string; title: string; about: string; prove(size: Size): Promise<Proof> };

const columns = ['runs', 'finished', 'undone', 'attention', 'lost', 'doubled', 'rows left', 's'];

export function tableOf(lines: readonly Line[]): string[] {
  if (lines.length === 0) return [];
  const total: Line = lines.reduce(
    (sum, line) => ({
      what: '**all**',
      runs: sum.runs + line.runs,
      finished: sum.finished + line.finished,
      undone: sum.undone + line.undone,
      attention: sum.attention + line.attention,
      lost: sum.lost + line.lost,
      doubled: sum.doubled + line.doubled,
      left: sum.left + line.left,
      seconds: sum.seconds + line.seconds,
    }),
    { what: '', runs: 0, finished: 0, undone: 0, attention: 0, lost: 0, doubled: 0, left: 0, seconds: 0 },
  );
  return [
    `| what | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '--:|').join('')}`,
    ...[...lines, total].map(
      (line) =>
        `| ${line.what} | ${line.runs} | ${line.finished} | ${line.undone} | ${line.attention} | ${line.lost} | ${line.doubled} | ${line.left} | ${line.seconds.toFixed(0)} |`,
    ),
  ];
}

/** A repeatable choice is seeded by this, whatever is proven. */
export const seed = 4;

/** Two worlds side by side fill the two cores of a small machine. */
export const lanes = 2;

/** So many of all, as the size of the proof says; of few things one at least. */
export const partOf = (all: number, { quick, part }: Size, few: number): number =>
  quick ? Math.min(all, few) : Math.max(1, Math.ceil(all * part));
