/** One cause: what it means, who can fix it, and how. It never holds a value. */
export type Cause = { says: string; who: string; remedy: string };

/** Who fixes it, where it is not a party outside. */
export const platform = 'platform team';
/** The same, at Digdir. */
export const digdir = 'platform team, in Digdir self-service';
