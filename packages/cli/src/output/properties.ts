/** A block of free words, sorted, as `--properties` shows it. */
export function propertyLines(properties: Readonly<Record<string, string>> | null): string {
  const lines = Object.entries(properties ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `  ${name}: ${value}\n`);
  return `Properties:\n${lines.join('')}`;
}
