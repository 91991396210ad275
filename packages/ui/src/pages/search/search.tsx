import { useHotkeys } from '@mantine/hooks';
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useRef, useState } from 'react';

// Comes when it is opened first.
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

const Search = createContext<() => void>(() => undefined);
/** Opens the search from anywhere. */
export const useSearch = (): (() => void) => useContext(Search);

/** Ctrl-K opens the search on every page, also while something is typed; closed, the focus is where it was. */
export function SearchProvider({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const before = useRef<Element>(null);
  const open = (): void => {
    before.current = document.activeElement;
    setOpen(true);
  };
  useHotkeys([['mod+K', open]], [], true);
  useEffect(() => {
    if (isOpen || before.current === null) return;
    const last = before.current;
    before.current = null;
    // What had the focus may be gone with its page.
    const target = last.isConnected && last !== document.body ? last : document.getElementById('content');
    if (target instanceof HTMLElement) target.focus();
  }, [isOpen]);
  return (
    <Search value={open}>
      {children}
      <Suspense>{isOpen ? <Palette onClose={() => setOpen(false)} /> : null}</Suspense>
    </Search>
  );
}
