/**
 * What the programs on one database tell each other at once: "something about this changed, look". It may be lost, so
 * nobody relies on it: whoever hears has a slower look of its own as well.
 */
export type News = {
  /** To all others. Does not wait; what is told together goes out together. */
  tell(topic: string, detail: string): void;
  /**
   * What others told about a topic, never one's own words. Undefined: news may have been lost, anything may have changed.
   */
  hear(topic: string, listener: (details: readonly string[] | undefined) => void): void;
  close(): Promise<void>;
};

/** On a SQLite file nobody else lives. */
export const silence: News = { tell: () => {}, hear: () => {}, close: async () => {} };
