import { BadPattern } from './bad-pattern.ts';
import { isWordCode, type Test } from './character-sets.ts';
import type { Edge, Part } from './parse-pattern.ts';

/** Steps are named by their index; `next` is where it goes on. */
type Step =
  | { kind: 'character'; test: Test; next: number }
  | { kind: 'edge'; edge: Edge; next: number }
  | { kind: 'fork'; ways: number[] }
  | { kind: 'found' };

const mostSteps = 5_000;

/** Built from the end, so that each step knows what follows. The last one is where it begins. */
export function compileProgram(whole: Part): readonly Step[] {
  const steps: Step[] = [{ kind: 'found' }];
  const begin = add(whole, 0);
  emit({ kind: 'fork', ways: [begin] });
  return steps;

  function emit(step: Step): number {
    if (steps.length >= mostSteps) throw new BadPattern('it is too large; repeat less often');
    return steps.push(step) - 1;
  }

  function add(part: Part, next: number): number {
    switch (part.kind) {
      case 'character':
        return emit({ kind: 'character', test: part.test, next });
      case 'edge':
        return emit({ kind: 'edge', edge: part.edge, next });
      case 'row':
        return part.parts.reduceRight((behind, one) => add(one, behind), next);
      case 'choice':
        return emit({ kind: 'fork', ways: part.parts.map((one) => add(one, next)) });
      case 'repeat':
        return repeat(part.part, part.least, part.most, next);
    }
  }

  function repeat(part: Part, least: number, most: number, next: number): number {
    let at = next;
    if (most === Number.POSITIVE_INFINITY) {
      const ways = [next];
      at = emit({ kind: 'fork', ways });
      ways.push(add(part, at));
    } else for (let left = most - least; left > 0; left -= 1) at = emit({ kind: 'fork', ways: [next, add(part, at)] });
    for (let left = least; left > 0; left -= 1) at = add(part, at);
    return at;
  }
}

/** All ways at once, character by character: each step is taken once at each place, so nothing is ever tried again. */
export function runProgram(steps: readonly Step[]): (text: string) => boolean {
  // At which place a step was last reached; places count on over all texts.
  const reached = new Float64Array(steps.length).fill(-1);
  let place = 0;

  return (text) => {
    let waiting: number[] = [];
    let before = -1;
    for (let at = 0; ; ) {
      const code = text.codePointAt(at) ?? -1;
      place += 1;
      const open = waiting;
      // A match may begin anywhere.
      open.push(steps.length - 1);
      waiting = [];
      for (let one = open.pop(); one !== undefined; one = open.pop()) {
        if (reached[one] === place) continue;
        reached[one] = place;
        const step = steps[one];
        if (step?.kind === 'found') return true;
        if (step?.kind === 'fork') open.push(...step.ways);
        else if (step?.kind === 'edge') {
          if (isAt(step.edge, before, code)) open.push(step.next);
        } else if (step !== undefined && code !== -1 && step.test(code)) waiting.push(step.next);
      }
      if (code === -1) return false;
      before = code;
      at += code > 0xffff ? 2 : 1;
    }
  };
}

/** Between two characters; -1: there is none. */
function isAt(edge: Edge, before: number, after: number): boolean {
  switch (edge) {
    case 'start':
      return before === -1;
    case 'end':
      return after === -1;
    case 'line start':
      return before === -1 || before === 0x0a;
    case 'line end':
      return after === -1 || after === 0x0a;
    case 'word':
      return isWordCode(before) !== isWordCode(after);
    case 'no word':
      return isWordCode(before) === isWordCode(after);
  }
}
