export * from './client.ts';
export * from './envelope.ts';
export * from './fault.ts';
export { type FaultCode, type FaultEntry, type FaultKind, faults } from './faults.ts';
export * from './route.ts';
export * from './routes/settings.ts';
export * from './routes/tokens.ts';
export { apiExtensions, type RouteName, routes } from './routes.ts';
export * from './wire.ts';
