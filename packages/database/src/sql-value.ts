import type { SqlValue } from './database.ts';

/** Gives back the parameters it was given, or throws on the first that a database would misread. */
export function checkParameters(parameters: readonly unknown[], text: string): readonly SqlValue[] {
  for (let at = 0; at < parameters.length; at += 1) {
    if (isSqlValue(parameters[at])) continue;
    throw new TypeError(
      `parameter ${at + 1} is ${describe(parameters[at])}: bind text, numbers, null or bytes (in: ${text})`,
    );
  }
  return parameters as readonly SqlValue[]; // every one was just looked at
}

function isSqlValue(value: unknown): value is SqlValue {
  const type = typeof value;
  return type === 'string' || type === 'number' || value === null || type === 'bigint' || value instanceof Uint8Array;
}

const describe = (value: unknown): string =>
  typeof value === 'object'
    ? `an object (${value?.constructor?.name ?? 'without a class'})`
    : `of type ${typeof value}`;
