export const inventoryRoutes = {};
