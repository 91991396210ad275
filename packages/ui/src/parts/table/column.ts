import type { ReactNode } from 'react';

export type Column<Row> = {
  /** In the address when it is sorted by. */
  key: string;
  title: string;
  /** What is shown. */
  cell(row: Row): ReactNode;
  /** What is sorted and exported by; a column without it is not sorted. */
  value?(row: Row): string | number;
  /** It has a value and cannot be sorted by. */
  isUnsorted?: boolean;
  /** A share of the width; 1 if it is not given. */
  width?: number;
  isNumber?: boolean;
  /** Left out where the page is narrower than this. */
  from?: 'tablet' | 'desktop';
};
