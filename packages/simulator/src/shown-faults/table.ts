import { INCUS_FAULTS } from './incus.ts';
import { NETWORK_FAULTS } from './network.ts';
import { OS_FAULTS } from './os.ts';

/** Every fault that only changes what is shown, by its name. */
export const SHOWN_FAULTS = { ...OS_FAULTS, ...NETWORK_FAULTS, ...INCUS_FAULTS };
