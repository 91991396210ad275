/** What is to be in a cluster; the same wish and seed give the same content. */
export type GrowthWish = { seed: string; instancesPerServer: number; projects: number };

/** One object that a cluster holds; the project is that of the object, or of the network it hangs on. */
export type TrueObject = { kind: string; project: string; parent: string; object: Record<string, unknown> };

export type ChurnState = {
  /** Changes in a second of the fleet's clock, over all clusters that have grown. */
  rate: number;
  paused: boolean;
  /** Changes that were made. */
  changes: number;
  /** Changes that were refused: something else was faster, or a member was away. */
  refused: number;
  /** Why the last of them was. */
  last_refusal: string;
};

export type Churn = {
  state(): ChurnState;
  /** Resolves when nothing of an earlier setting is under way. */
  set(wish: { rate?: number; paused?: boolean }): Promise<void>;
  /** So many changes now, one after the other; resolves when the last is done. */
  step(changes: number): Promise<void>;
};
