/** Loaded with `import()`: a CommonJS package loaded so by itself loses its names in the bundle. */
export { parse as parseYaml } from 'yaml';
