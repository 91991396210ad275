import { makeTurns } from '../../../platform/turns.ts';

/** What one question may hold of the memory for answers. */
export type ReplyHold = {
  /** Before more is read of an answer of which so much is there: undefined, or what to wait for. */
  admit(readBytes: number): Promise<void> | undefined;
  /** The answer is dealt with. */
  end(): void;
};

export type ReplyTurns = { hold(): ReplyHold };

const mebibyte = 1024 * 1024;
/** An answer larger than this waits until it is one of so few in memory, however many clusters answer at once. */
const usualTurns: readonly ReplyTurn[] = [
  { aboveBytes: mebibyte, atOnce: 2 },
  { aboveBytes: 64 * mebibyte, atOnce: 1 },
];
export type ReplyTurn = { aboveBytes: number; atOnce: number };

/**
 * Bounds what the answers of all clusters take together: small ones come as they come, of large ones a few, of very
 * large ones one. The next turn is waited for with the one before in hand, and of these there are more: nobody waits for ever.
 */
export function makeReplyTurns(turns: readonly ReplyTurn[] = usualTurns): ReplyTurns {
  const gates = turns.map(({ aboveBytes, atOnce }) => ({ aboveBytes, take: makeGate(atOnce) }));
  return {
    hold() {
      const held: (() => void)[] = [];
      let passed = 0;
      let ended = false;
      async function raise(wanted: number): Promise<void> {
        for (const { take } of gates.slice(passed, wanted)) {
          const giveBack = await take();
          // Nobody waits for it any more: it was given up meanwhile.
          if (ended) return giveBack();
          passed += 1;
          held.push(giveBack);
        }
      }
      return {
        admit(readBytes) {
          const wanted = gates.filter(({ aboveBytes }) => readBytes > aboveBytes).length;
          return wanted > passed ? raise(wanted) : undefined;
        },
        end() {
          ended = true;
          for (const giveBack of held.splice(0)) giveBack();
        },
      };
    },
  };
}

/** A turn that lasts until it is given back. */
function makeGate(atOnce: number): () => Promise<() => void> {
  const inTurn = makeTurns(atOnce);
  return () =>
    new Promise((got) => {
      void inTurn(() => new Promise<void>((giveBack) => got(giveBack)));
    });
}
