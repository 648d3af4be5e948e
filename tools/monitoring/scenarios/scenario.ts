import type { Story } from './story.ts';

/** Something that may happen to the app, in rows. */
export type Scenario = {
  /** What happens. The preview shows this title. */
  title: string;
  /** Whether the scenario needs no action, so that no alert may fire. */
  healthy?: true;
  /** Values for the queries instead of the usual ones (`check-query.ts`). */
  values?: Readonly<Record<string, string>>;
  /** When it is evaluated; by default a Monday morning in winter. */
  at?: string;
  /** Adds its rows to the story. */
  record(story: Story): void;
};
