/** What is said of grown objects follows from a seed and a number; nothing of it is kept. */

/** 32 bits of the seed and the number, well mixed: cheap enough to be asked for each of ten thousand instances. */
export function mix(seed: number, grain: number): number {
  let x = Math.imul(seed ^ (grain + 0x9e3779b9), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 16), 0x27d4eb2f);
  return (x ^ (x >>> 15)) >>> 0;
}

/** FNV-1a. */
export function seedNumber(text: string): number {
  let sum = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) sum = Math.imul(sum ^ text.charCodeAt(place), 0x01000193);
  return sum >>> 0;
}

/** One of a list, by some bits of a mixed number. */
export function oneOf<const List extends readonly [unknown, ...unknown[]]>(list: List, bits: number): List[number] {
  return list[bits % list.length] ?? list[0];
}
