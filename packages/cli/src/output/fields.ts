/** Lines `Name: value`, as every `show` prints them. */
export const fieldLines = (fields: readonly (readonly [name: string, value: string])[]): string =>
  fields.map(([name, value]) => `${name}: ${value}\n`).join('');

/** A block of several lines under its name, two further in. */
export const block = (name: string, text: string, indent = '  '): string =>
  `${name}:\n${text
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}\n`)
    .join('')}`;

export const shortFingerprint = (fingerprint: string): string => fingerprint.slice(0, 12);
