/** How closely a phase is to settle: a share of the largest change in it, or a voltage (a level where states are dimensionless). */
export type Within = { readonly share: number } | { readonly voltage_V: number };
