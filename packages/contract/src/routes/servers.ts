export const serverRoutes = {};
