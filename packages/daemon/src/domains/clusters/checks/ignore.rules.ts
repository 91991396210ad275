import { Fault } from '@operations-center/contract';
import { nearestWord } from '@operations-center/documents';
import { catalogue } from './catalogue.rules.ts';

/** Refuses what cannot be ignored: a slip of the pen must not look as if something were agreed to. */
export function checkIgnore(names: readonly string[]): void {
  for (const name of names) {
    const check = catalogue.find((one) => one.name === name);
    if (check === undefined) {
      const known = catalogue.map((one) => one.name);
      const meant = nearestWord(name, known);
      const question = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
      throw new Fault('check_unknown', `There is no check "${name}"${question}`, { details: { check: name } });
    }
    if (check.ignorable) continue;
    throw new Fault('check_not_ignorable', `The check "${name}" cannot be ignored: ${check.about}`, {
      details: { check: name },
    });
  }
}
