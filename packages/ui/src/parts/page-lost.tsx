import { EmptyState } from './empty-state.tsx';

export function PageLost() {
  return <EmptyState title="There is no such page">What you look for may have another name, or be gone.</EmptyState>;
}
