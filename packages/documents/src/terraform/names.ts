/** What may be a name in HCL: Incus allows more, so what cannot stand there becomes an underscore. */
export function identifier(...parts: readonly string[]): string {
  const name = parts
    .filter((part) => part !== '')
    .join('_')
    .replaceAll(/[^A-Za-z0-9_-]/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

/** Gives each thing a name of its own: names that were different in Incus may be the same as identifiers. */
export function makeNames(): (...parts: readonly string[]) => string {
  const taken = new Set<string>();
  return (...parts) => {
    const wished = identifier(...parts);
    let name = wished;
    for (let next = 2; taken.has(name); next += 1) name = `${wished}_${next}`;
    taken.add(name);
    return name;
  };
}
