/** One cause: what it means, who can fix it, and how. It never holds a value. */
export type Cause = { says: string; who: string; remedy: string };

/** The team that runs the app. It fixes what no outside party must fix. */
export const platform = 'platform team';
/** The same team, in Digdir's self-service. */
export const digdir = 'platform team, in Digdir self-service';
