/** One cause: what it means, who can fix it, and how. It never holds a value. */
export type Cause = { says: string; who: string; remedy: string };

/** The team that fixes it, if it is not an outside party. */
export const platform = 'platform team';
/** The same, at Digdir. */
export const digdir = 'platform team, in Digdir self-service';
