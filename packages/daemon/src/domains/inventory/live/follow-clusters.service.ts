import type { ScanTarget } from '../scan/scan-cluster.service.ts';
import { type Follower, type FollowParts, followCluster } from './follow-cluster.service.ts';
import type { FollowState } from './freshness.ts';

/** One follower for each cluster that is ours. */
export type Followers = {
  /** These clusters are to be followed, and no others. */
  sync(targets: readonly ScanTarget[]): void;
  /** Undefined: it is not followed here. */
  state(cluster: string): FollowState | undefined;
  /** Resolves when nothing of the cluster is read any more; the next `sync` that has it begins anew. */
  end(cluster: string): Promise<void>;
  stop(): Promise<void>;
};

export function makeFollowers(parts: FollowParts): Followers {
  const followers = new Map<string, Follower>();
  const ending = new Set<Promise<void>>();
  let over = false;

  function end(cluster: string): Promise<void> {
    const follower = followers.get(cluster);
    followers.delete(cluster);
    if (follower === undefined) return Promise.resolve();
    const ended = follower.stop();
    ending.add(ended);
    return ended.finally(() => ending.delete(ended));
  }

  return {
    sync(targets) {
      if (over) return;
      const wanted = new Map(targets.map((target) => [target.cluster, target]));
      for (const cluster of followers.keys()) if (!wanted.has(cluster)) void end(cluster);
      for (const [cluster, target] of wanted) {
        const follower = followers.get(cluster);
        if (follower === undefined) followers.set(cluster, followCluster(target, parts));
        else follower.update(target);
      }
    },
    state: (cluster) => followers.get(cluster)?.state(),
    end,
    async stop() {
      over = true;
      await Promise.all([...followers.keys()].map(end));
      await Promise.all(ending);
    },
  };
}
