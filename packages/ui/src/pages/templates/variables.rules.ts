/** The variables as they are written; what is wrong with them beyond JSON the daemon says. */
export function readVariables(text: string): { value: Record<string, never>; problem?: string } {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { value: value as Record<string, never> }; // a map; of what, the daemon says
    return { value: {}, problem: 'a map of variables by name is expected' };
  } catch (error) {
    return { value: {}, problem: `it is no JSON: ${error instanceof Error ? error.message : ''}` };
  }
}
