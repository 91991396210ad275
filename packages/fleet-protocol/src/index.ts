/** What we say to IncusOS and Incus, and what we need of their answers. Pure: used by the daemon and the simulator. */
export * from './calls.ts';
export * from './envelope.ts';
export * from './incus-keys.ts';
export * from './incus-metadata.ts';
export * from './incus-objects.ts';
export * from './incus-operations.ts';
export * from './incus-os.ts';
export * from './incus-server.ts';
export * from './metadata-text.ts';
export * from './redact-body.ts';
export * from './services.ts';
export * from './wire-values.ts';
