/** JSON can carry whole numbers of any size; JavaScript's own numbers cannot, so large ones come as bigint. */
export function exactNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return rawJson(String(value));
  if (Array.isArray(value)) return value.map(exactNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exactNumbers(inner)]));
}

/** Node 24 has JSON.rawJSON; the library types of ES2024 do not name it yet. */
const rawJson: (text: string) => unknown = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;
