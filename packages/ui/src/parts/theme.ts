import { createTheme, type MantineColorsTuple } from '@mantine/core';

const blue: MantineColorsTuple = [
  ...(['#eaf3fb', '#d3e4f4', '#a5c8e8', '#74abdc', '#4c92d2', '#3382cc', '#247ac9', '#1568b2', '#065ca0'] as const),
  '#004f8e',
];

/** One accent, grey for structure, colour for state only. */
export const theme = createTheme({
  primaryColor: 'accent',
  // Dark enough for white words on it, and for words in it.
  primaryShade: { light: 7, dark: 8 },
  colors: { accent: blue },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 'sm',
  focusRing: 'always',
  respectReducedMotion: true,
  components: {
    // The lock writes a style that the page's policy refuses; the page behind does not scroll, only parts of it do.
    Modal: { defaultProps: { lockScroll: false } },
  },
});
