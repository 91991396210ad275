export const operationRoutes = {};
