import { hash } from 'node:crypto';

/** 32 bytes that depend on the seed and the label alone, so that the same seed gives the same fleet. */
export const seededBytes = (seed: string, label: string): Buffer => hash('sha256', `${seed}\0${label}`, 'buffer');

/** A repeatable sequence of numbers in [0, 1). */
export function seededRandom(seed: string): () => number {
  const start = seededBytes(seed, 'random');
  let [a, b, c, d] = [start.readUInt32LE(0), start.readUInt32LE(4), start.readUInt32LE(8), 1];
  // sfc32: small, quick, and good enough for jitter and ids.
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
}

export function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
