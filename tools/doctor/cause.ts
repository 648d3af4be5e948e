/** One cause: what it means, who can mend it, and how. No value ever stands here. */
export type Cause = { says: string; who: string; remedy: string };

/** Who mends it, where it is not a party outside. */
export const platform = 'platform team';
/** The same, at Digdir. */
export const digdir = 'platform team, in Digdir self-service';
