/** `f3: connection refused` → `connection refused`, where the name stands before it already. */
export const afterName = (name: string | null | undefined, text: string): string =>
  name !== null && name !== undefined && text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text;
