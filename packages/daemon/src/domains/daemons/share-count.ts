/** More than there will ever be daemons, few enough to be leased one by one. Never changed: rows are made once. */
export const shareCount = 64;
