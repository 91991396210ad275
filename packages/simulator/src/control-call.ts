/** A request to the control API and what is said to it. */
export type Call = { method: string; segments: string[]; query: URLSearchParams; body: unknown };
export type Answer = { status: number; body: unknown };

export const refuse = (status: number, error: string): Answer => ({ status, body: { error } });
