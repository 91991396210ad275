/** Lines on a grid of 16; drawn here, so that none is fetched and all look alike. */
const drawings = {
  fleet: 'M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z',
  server: 'M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.01M4.5 11h.01',
  cluster:
    'M8 2v4M3 12l3.5-4M13 12L9.5 8M8 2m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M1.5 13.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M11.500 13.500a1.500 1.500 0 1 0 3 0a1.500 1.500 0 1 0-3 0M6 7.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  template: 'M3 1.500h7l3 3V14.500H3zM10 1.500v3h3M5.500 8h5M5.500 11h5',
  inventory: 'M2 5l6-3 6 3v6l-6 3-6-3zM2 5l6 3 6-3M8 8v6',
  operation: 'M8 2a6 6 0 1 0 6 6M8 5v3l2 2M11 2l3 .5-1 3',
  token: 'M6 10a3.500 3.500 0 1 1 2.500-6A3.500 3.500 0 0 1 6 10zM8.500 8.500L14 14M11.500 11.500l1.500-1.500',
  audit: 'M3 2h10v12H3zM5.500 5h5M5.500 8h5M5.500 11h3',
  settings: 'M2 4h7M12 4h2M9 2.500v3M2 8h2M7 8h7M4 6.500v3M2 12h6M11 12h3M8 10.500v3',
  search: 'M7 2a5 5 0 1 0 .01 0zM10.500 10.500L14 14',
  add: 'M8 3v10M3 8h10',
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
