export const updateRoutes = {};
