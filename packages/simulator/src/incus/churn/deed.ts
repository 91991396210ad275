import type { Database } from '../database.ts';
import type { Machine } from '../machine.ts';

/** One cluster, seen by the member that is asked. */
export type Cluster = { machine: Machine; data: Database; random: () => number };
export type Wish = [method: string, url: string, body?: unknown];
/** What is wished when its turn comes; undefined if there is nothing here to do it to. */
export type DeedWish = (cluster: Cluster, number: number) => Wish | undefined;
export type Deed = { weight: number; wish: DeedWish };

export const MADE = 'made by churn';
export const named = (number: number): { name: string; description: string } => ({
  name: `churn-${number}`,
  description: MADE,
});

export const part = (name: string): string => encodeURIComponent(name);
export const at = (path: string, row: { project: string }): string => `${path}?project=${part(row.project)}`;

export const oneOf = <Item>(cluster: Cluster, list: readonly Item[]): Item | undefined =>
  list[Math.floor(cluster.random() * list.length)];

/** A few looks: among ten thousand rows the wanted one is not searched for. */
export function found<Item>(cluster: Cluster, list: readonly Item[], is: (item: Item) => boolean): Item | undefined {
  for (let look = 0; look < 16; look += 1) {
    const item = oneOf(cluster, list);
    if (item !== undefined && is(item)) return item;
  }
  return undefined;
}

/** `target=` of the member that a row is on; nothing for a server that stands alone. */
export function targetOf({ data }: Cluster, row: { member: number }): string {
  const member = data.cluster === null ? undefined : data.members.find(({ id }) => id === row.member);
  return member === undefined ? '' : `&target=${part(member.name)}`;
}
