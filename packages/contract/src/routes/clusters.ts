export const clusterRoutes = {};
